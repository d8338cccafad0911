"""The drugs that the product knows, each by one name, and the other names by which people type it.

A drug is found by its name, in whatever case, with its salt, release, form and strength left aside. What two
drugs share one name for, or what is not listed, is not found: it is asked about and never guessed.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

# Words that leave a drug the one it is: salts, release, form, and how much of it there is.
SALTS = (
    "hydrochloride hcl sulfate sulphate phosphate citrate tartrate bitartrate mesylate mesilate carbonate "
    "acetate acetonide dipropionate succinate sodium potassium "
    "盐酸 硫酸 磷酸 枸橼酸 酒石酸 重酒石酸 甲磺酸 碳酸 醋酸 二丙酸 琥珀酸 钠 钾"
)
RELEASE = (
    "sr er xr cr mr pr ir retard prolonged extended controlled modified sustained immediate release 缓释 控释"
)
FORM = (
    "tablet tablets capsule capsules injection patch patches oral solution transdermal "
    "片 片剂 胶囊 注射液 注射剂 针 透皮 贴剂 贴 贴片 口服液 口服溶液"
)
AMOUNT = r"(?<![\w.])\d+(?:[.,]\d+)?\s?(?:%|(?:mg|g|ug|mcg|ml)(?: (?:h|ml))?(?![a-z0-9]))"


@dataclass(frozen=True)
class Names:
    """The other names of each drug. A changed list is a new one with a name of its own."""

    name: str
    others: Mapping[str, tuple[str, ...]]

    @cached_property
    def _drugs(self) -> dict[str, str]:
        return {normal(text): drug for drug, others in self.others.items() for text in (drug, *others)}

    def find(self, text: str | None) -> str | None:
        """The drug that a text names, None when it names none of the list."""
        typed = normal(text or "")
        return self._drugs.get(typed) or self._drugs.get(normal(EXTRAS.sub(" ", typed)))


def normal(text: str) -> str:
    """A text as texts are compared: one case, one kind of blank, no brackets, strokes or hyphens."""
    # Compatibility first, so that "％" and full-width letters are read like those of any keyboard.
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\u03bc", "u")
    spaced = " ".join(re.sub(r"[\s()\[\]/+;_-]|,(?!\d)", " ", plain).split())
    # Chinese is written without blanks, a per cent sign with or without.
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f]|%)", "", spaced)


def _extras() -> re.Pattern[str]:
    # The longer word first: of "贴片" nothing may be left. A Chinese word has no bounds to look for.
    words = sorted(f"{SALTS} {RELEASE} {FORM}".split(), key=len, reverse=True)
    latin = "|".join(word for word in words if word.isascii())
    chinese = "|".join(word for word in words if not word.isascii())
    return re.compile(rf"{AMOUNT}|\b(?:{latin})\b|{chinese}")


EXTRAS = _extras()

OPIOIDS: Mapping[str, tuple[str, ...]] = {
    "alfentanil": ("阿芬太尼",),
    "bucinnazine": ("布桂嗪", "强痛定"),
    "buprenorphine": ("丁丙诺啡",),
    "butorphanol": ("布托啡诺",),
    "codeine": ("可待因",),
    "dezocine": ("地佐辛",),
    "dihydrocodeine": ("双氢可待因",),
    "fentanyl": ("durogesic", "芬太尼", "多瑞吉"),
    "hydrocodone": ("氢可酮",),
    "hydromorphone": ("氢吗啡酮",),
    "methadone": ("美沙酮",),
    "morphine": ("ms contin", "吗啡", "美施康定"),
    "nalbuphine": ("纳布啡",),
    "oxycodone": ("oxycontin", "羟考酮", "奥施康定"),
    "oxymorphone": ("羟吗啡酮",),
    "pentazocine": ("喷他佐辛",),
    "pethidine": ("meperidine", "demerol", "dolantin", "哌替啶", "度冷丁", "杜冷丁"),
    "remifentanil": ("瑞芬太尼",),
    "sufentanil": ("舒芬太尼",),
    "tapentadol": ("他喷他多",),
    "tramadol": ("ultram", "曲马多", "奇曼丁"),
}
ANAESTHETICS: Mapping[str, tuple[str, ...]] = {
    "bupivacaine": ("marcaine", "布比卡因", "丁哌卡因"),
    "levobupivacaine": ("左布比卡因", "左旋布比卡因"),
    "lidocaine": ("lignocaine", "xylocaine", "利多卡因"),
    "lidocaine with adrenaline": (
        "lidocaine adrenaline",
        "lidocaine and adrenaline",
        "lidocaine epinephrine",
        "lidocaine and epinephrine",
        "lidocaine with epinephrine",
        "lignocaine with adrenaline",
        "利多卡因加肾上腺素",
        "利多卡因肾上腺素",
        "含肾上腺素利多卡因",
        "含肾上腺素的利多卡因",
    ),
    "ropivacaine": ("罗哌卡因",),
}
STEROIDS: Mapping[str, tuple[str, ...]] = {
    "betamethasone": ("diprospan", "倍他米松", "复方倍他米松", "得宝松"),
    "dexamethasone": ("地塞米松",),
    "methylprednisolone": ("甲泼尼龙", "甲基强的松龙", "甲强龙"),
    "triamcinolone": ("kenalog", "曲安奈德"),
}
# Known to be none of these.
OTHERS: Mapping[str, tuple[str, ...]] = {
    "amitriptyline": ("阿米替林",),
    "aspirin": ("acetylsalicylic acid", "阿司匹林"),
    "celecoxib": ("celebrex", "塞来昔布", "西乐葆"),
    "diclofenac": ("双氯芬酸",),
    "duloxetine": ("度洛西汀",),
    "eperisone": ("乙哌立松",),
    "etoricoxib": ("依托考昔",),
    "flurbiprofen": ("flurbiprofen axetil", "氟比洛芬", "氟比洛芬酯"),
    "gabapentin": ("加巴喷丁",),
    "ibuprofen": ("布洛芬",),
    "ketorolac": ("ketorolac tromethamine", "酮咯酸", "酮咯酸氨丁三醇"),
    "loxoprofen": ("洛索洛芬",),
    "meloxicam": ("美洛昔康",),
    "metamizole": ("dipyrone", "安乃近"),
    "mirogabalin": ("米罗加巴林",),
    "naproxen": ("萘普生",),
    "paracetamol": ("acetaminophen", "tylenol", "对乙酰氨基酚", "扑热息痛"),
    "parecoxib": ("帕瑞昔布",),
    "pregabalin": ("lyrica", "普瑞巴林"),
    "sodium chloride 0.9 %": (
        "0.9 % sodium chloride",
        "normal saline",
        "0.9 % saline",
        "saline 0.9 %",
        "0.9 % 氯化钠",
        "氯化钠 0.9 %",
        "0.9 % 氯化钠注射液",
        "生理盐水",
    ),
}

DRUGS = Names("DRUGS-1", {**OPIOIDS, **ANAESTHETICS, **STEROIDS, **OTHERS})
