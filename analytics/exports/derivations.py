"""How each derived item is computed, in words: what ODM and Define-XML call its method.

The computation itself is the `derive` or `sum_up` of the form; each formula stands with its source in
`trial.protocol.scoring`.
"""

# By form or group, and item.
DERIVATIONS: dict[tuple[str, str], str] = {
    ("demographics", "bmi"): "Weight in kg divided by the square of height in m, rounded half up to 0.1.",
    ("disability", "odi_n"): "Number of the ten sections that hold a score.",
    ("disability", "odi_sum"): "Sum of the scores of the sections that hold one.",
    ("disability", "odi_pct"): (
        "100 x sum / (5 x sections answered), rounded half up to 0.1; none with fewer than 8 sections."
    ),
    ("disability", "odi_band"): (
        "Band of the unrounded index: up to 20 % minimal, 40 % moderate, 60 % severe, 80 % very severe "
        "(crippled), above that bed-bound or exaggerating."
    ),
    ("motion", "rom_mean"): "Mean of the trials that were done, rounded half up to 0.1 degree.",
    ("operation", "nlev"): "Number of the levels that were operated on.",
    ("block", "mbbrelief"): (
        "100 x (pain before - pain after) / pain before, rounded half up to 0.1; none without pain before."
    ),
    ("eligibility", "elig"): (
        "Y when every inclusion criterion is met and no exclusion criterion is present, N when one speaks "
        "against; not applicable counts as not present where it is an answer."
    ),
    ("side", "dispseg"): "Vertebrae from the cranial to the caudal end of the dispersion, both counted.",
    ("drug", "ecdose"): "Strength x volume, rounded half up to 0.01 mg.",
    ("injection", "totvol"): "Sum of the volumes of all drugs on both sides.",
    ("injection", "lamg"): "Sum of the doses of the local anaesthetics on both sides.",
    ("injection", "steroidmg"): "Sum of the doses of the steroids on both sides.",
    ("medication", "cmmme"): (
        "Doses a day x single dose x factor of the table for the drug by its route; none without a factor."
    ),
    ("medication", "cmmmefac"): "Factor of the drug in the table of oral morphine equivalents.",
    ("medication", "cmmmetab"): "Name of the table of factors that was used.",
}
