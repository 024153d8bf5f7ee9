"""GENEActiv's CSV: a hundred lines above rows without names."""

from stridenet.data.formats.recorders.manner import WITH_GRAVITY, axes, is_nameless, told
from stridenet.data.sheet import Known, Sheet

FORM = "GENEActiv"
_OTHERS = ("the light, no movement", "a button", "the device's temperature, no movement")


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by its first line."""
    if not any(line.startswith("Device Type,GENEActiv") for line in sheet.head):
        return None
    if not is_nameless(sheet) or sheet.frame.width < 4:
        return None
    clock, *xyz = sheet.frame.columns[:4]
    known = {clock: Known("time", "GENEActiv's date, with a colon before the milliseconds")}
    found = axes(dict(zip("xyz", xyz, strict=True)), "xyz", "acc", WITH_GRAVITY)
    others = zip(sheet.frame.columns[4:], _OTHERS, strict=False)
    known |= found | {column: Known("left out", why) for column, why in others}
    return told(sheet, FORM, known, units=dict.fromkeys(found, "g"))
