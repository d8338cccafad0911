"""What each part of a supplement says, as the engine gave it: unrounded, null where there is no number."""

from typing import Any

from rest_framework import serializers

from analytics.supplements.sensitivity import GROUPS

Content = serializers.Serializer[dict[str, Any]]

NOT_NAMED = "null where the participant's data are not for you"


class SupplementEstimateSerializer(Content):
    visit = serializers.CharField(help_text="The change from the reference visit to this one")
    estimate = serializers.FloatField()
    se = serializers.FloatField()
    df = serializers.FloatField(allow_null=True, help_text="null: infinite")
    lower = serializers.FloatField(help_text="Of the interval at the level of the analysis")
    upper = serializers.FloatField(help_text="Of the interval at the level of the analysis")
    p = serializers.FloatField(allow_null=True)


class SensitivityModelSerializer(Content):
    group = serializers.ChoiceField(choices=GROUPS, help_text="In what it differs from the declared analysis")
    code = serializers.CharField(help_text="The covariance, family, strategy or comparison")
    estimates = SupplementEstimateSerializer(many=True, help_text="Empty where there are none")
    warnings = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField(allow_blank=True, help_text="Why there are no estimates")


class TippingPointSerializer(Content):
    visit = serializers.CharField()
    deltas = serializers.ListField(
        child=serializers.FloatField(), help_text="Added to each value missing after dropout, towards worse"
    )
    estimates = SupplementEstimateSerializer(many=True, help_text="For each delta")
    tips_at = serializers.FloatField(
        allow_null=True, help_text="The delta at which the interval begins to include zero; null: nowhere"
    )
    already = serializers.BooleanField(help_text="Whether the interval includes zero at once")


class SensitivityContentSerializer(Content):
    covariance = serializers.CharField(help_text="That the declared analysis fitted")
    imputations = serializers.IntegerField()
    nodes = serializers.IntegerField(help_text="Of the adaptive quadrature of the generalised models")
    dropouts = serializers.IntegerField(help_text="Participants without a value at a last visit that is over")
    values_after_dropout = serializers.IntegerField(help_text="Their values that are missing at the end")
    awaited = serializers.IntegerField(help_text="Participants whose next visit is not over: no dropouts")
    models = SensitivityModelSerializer(many=True)
    tipping = TippingPointSerializer(many=True, help_text="For each change")


class ResidualSerializer(Content):
    participant = serializers.CharField(allow_null=True, help_text=NOT_NAMED)
    visit = serializers.CharField()
    value = serializers.FloatField(allow_null=True, help_text=NOT_NAMED)
    fitted = serializers.FloatField(help_text="The estimated mean")
    marginal = serializers.FloatField(allow_null=True, help_text="Against the mean, in standard deviations")
    conditional = serializers.FloatField(
        allow_null=True, help_text="Given the participant's other values, in standard deviations"
    )
    cholesky = serializers.FloatField(
        allow_null=True, help_text="Given the participant's earlier values, in standard deviations"
    )
    leverage = serializers.FloatField(allow_null=True)


class QuantileSerializer(Content):
    expected = serializers.FloatField(help_text="Under the normal distribution")
    residual = serializers.FloatField()
    lower = serializers.FloatField(help_text="Of the band in which each lies with 95 % probability")
    upper = serializers.FloatField(help_text="Of the band in which each lies with 95 % probability")


class DeterminationSerializer(Content):
    effects = serializers.FloatField(allow_null=True, help_text="A condition number")
    covariance = serializers.FloatField(allow_null=True, help_text="A condition number, of the visits")
    parameters = serializers.FloatField(allow_null=True, help_text="A condition number")
    poor = serializers.BooleanField(help_text="Whether the data hardly determine the model")
    at_boundary = serializers.ListField(child=serializers.CharField())


class DiagnosticsContentSerializer(Content):
    covariance = serializers.CharField(help_text="That the declared analysis fitted")
    residuals = ResidualSerializer(many=True, help_text="Of every value")
    quantiles = QuantileSerializer(many=True)
    determination = DeterminationSerializer()
    warnings = serializers.ListField(child=serializers.CharField())


class ParticipantInfluenceSerializer(Content):
    participant = serializers.CharField(allow_null=True, help_text=NOT_NAMED)
    cook = serializers.FloatField(allow_null=True, help_text="Cook's distance")
    shifts = serializers.ListField(
        child=serializers.FloatField(), help_text="Of each change, in its order, without the participant"
    )
    reason = serializers.CharField(allow_blank=True, help_text="Why there is no fit without the participant")


class InfluenceContentSerializer(Content):
    covariance = serializers.CharField(help_text="That the declared analysis fitted")
    whole = SupplementEstimateSerializer(many=True, help_text="The changes with everybody")
    participants = ParticipantInfluenceSerializer(many=True)


class PredictedPowerSerializer(Content):
    participants = serializers.IntegerField(help_text="Of both arms together")
    power = serializers.FloatField(help_text="The mean over the assumptions")
    lower = serializers.FloatField(help_text="Of the band that holds 90 % of the assumptions")
    upper = serializers.FloatField(help_text="Of the band that holds 90 % of the assumptions")


class PowerPointSerializer(PredictedPowerSerializer):
    observed = serializers.FloatField(help_text="The share of simulated trials that found the effect")
    se = serializers.FloatField(help_text="The Monte-Carlo standard error of `observed`")
    failed = serializers.IntegerField(help_text="Simulated trials that could not be analysed")


class NeededSerializer(Content):
    power = serializers.FloatField()
    participants = serializers.IntegerField(allow_null=True, help_text="Under the median assumption")
    fewest = serializers.IntegerField(allow_null=True, help_text="At the favourable end of the band")
    most = serializers.IntegerField(allow_null=True, help_text="At the other end; null: no number is enough")


class AssumptionSerializer(Content):
    sd_first = serializers.FloatField(help_text="Standard deviation at the first visit")
    sd_last = serializers.FloatField(help_text="Standard deviation at the last visit")
    correlation = serializers.FloatField(help_text="Of the first visit with the last")
    stay = serializers.FloatField(help_text="The share that stays to the last visit")


class PlanningContentSerializer(Content):
    effect = serializers.FloatField(help_text="Worth finding, as declared, in units of the outcome")
    effect_source = serializers.CharField(help_text="Who states that effect")
    alpha = serializers.FloatField(help_text="Two-sided")
    visits = serializers.ListField(child=serializers.CharField())
    points = PowerPointSerializer(many=True, help_text="The sizes that were simulated")
    between = PredictedPowerSerializer(many=True, help_text="The curve between them")
    needed = NeededSerializer(many=True)
    trials = serializers.IntegerField(help_text="Simulated in all")
    assumptions = AssumptionSerializer(many=True, help_text="Draws of what the data leave possible")
