from forms_app.paper.fonts import CHINESE, markup, runs


def test_each_stretch_has_a_font_that_has_its_characters() -> None:
    assert runs("Level 平面 ≥ 3") == [("", "Level "), (CHINESE, "平面"), ("", " ≥ 3")]


def test_markup_is_escaped() -> None:
    assert markup("a < b & c\nd") == "a &lt; b &amp; c<br/>d"
    assert markup("é < 面") == f'é &lt; <font name="{CHINESE}">面</font>'


def test_what_no_font_has_is_spelt_or_shown_as_a_gap() -> None:
    assert runs("10⁹/L, 5 µg") == [("", "10^9/L, 5 μg")]
    assert runs("2.1 × 10⁻¹⁴ m²") == [("", "2.1 × 10^-14 m²")]
    assert runs("😀") == [(CHINESE, "□")]
