from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="estimate",
            name="lower_adjusted",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="estimate",
            name="upper_adjusted",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="at_boundary",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="run",
            name="attempts",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="run",
            name="covariance_fitted",
            field=models.CharField(default="", max_length=10),
        ),
        migrations.AddField(
            model_name="run",
            name="covariance_parameters",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="run",
            name="gradient_norm",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="information",
            field=models.CharField(default="", max_length=10),
        ),
        migrations.AddField(
            model_name="run",
            name="iterations",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="log_likelihood",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="statistics_digest",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AlterField(
            model_name="run",
            name="model",
            field=models.TextField(),
        ),
        migrations.AddConstraint(
            model_name="estimate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lower_adjusted__isnull", True), ("upper_adjusted__isnull", True)),
                    models.Q(
                        ("lower_adjusted__isnull", False),
                        ("lower_adjusted__lte", models.F("estimate")),
                        ("p_adjusted__isnull", False),
                        ("upper_adjusted__gte", models.F("estimate")),
                        ("upper_adjusted__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="estimate_interval_adjusted_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(("statistics_digest__regex", "^([0-9a-f]{64})?$")),
                name="run_statistics_digest_form",
            ),
        ),
    ]
