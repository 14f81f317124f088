"""The service's number as a contact for the phones of engineers (vCard 3.0, RFC 2426: what all phones read)."""


def to_vcard(name: str, number: str) -> str:
    """`number` in E.164. Raises ValueError for a name without a letter."""
    if not name.strip():
        raise ValueError("a contact needs a name: give one")
    shown = _escaped(name.strip())
    note = _escaped("Zet dit contact bij de favorieten; dan gaat de telefoon ook over met niet storen aan.")
    lines = ("BEGIN:VCARD", "VERSION:3.0", f"FN:{shown}", f"N:{shown};;;;", f"TEL;TYPE=WORK,VOICE,PREF:{number}")
    return "\r\n".join((*lines, f"NOTE:{note}", "END:VCARD", ""))


def _escaped(text: str) -> str:
    for special in "\\;,":
        text = text.replace(special, f"\\{special}")
    return " ".join(text.split())
