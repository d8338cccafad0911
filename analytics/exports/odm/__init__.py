"""The casebooks in CDISC's Operational Data Model: what its files have in common.

How Fascicle's data stand in ODM 1.3.2, so that whoever reads a file finds everything again (decision 36):

- A participant is SubjectData with the code as its key. The state is an Annotation with a Flag of the type
  STATE and a value of CL.PARTICIPANT_STATE, with the reason as Comment when there is one.
- A planned visit is the event SE.<code>; an unscheduled one SE.U with its number as repeat key (U2 is "2");
  logs stand in the event SE.LOG. What is known of the visit itself (took place, date, mode, reasons) is the
  form F.visit in its event.
- A form is F.<form>, its own items stand in the item group IG.<form>; an entry of a log has its number as
  FormRepeatKey. The state of the record is a Flag of the type STATE and a value of CL.RECORD_STATE.
- A group is IG.<form>.<group>; the key of each row is its ItemGroupRepeatKey, fixed ("LEFT") or a number.
- An item is I.<form>.<item>, in a group I.<form>.<group>.<item>, of the visit I.visit.<item>. What is empty
  is not written. A missing code is an ItemData with IsNull="Yes", no Value, and an Annotation with a Flag of
  the type MISSING and a value of CL.MISSING (ND, UNK, NA, REF).
- Several codes stand in one Value with a semicolon between them; the ItemDef of such an item has no
  CodeListRef, but an Alias with the Context "Fascicle:SeveralOf" and the OID of the list as its Name.
- A remark of the site is an Annotation with a Comment of the Site and no Flag. A question is one with a Flag
  of the type QUERY, the state as its value and the question as Comment; its answer is one with a Flag of the
  type ANSWER. They stand on their item; on the FormData when they are of the record as a whole, or of an item
  whose row is not written; then the path of the item stands before the text, as "side.LEFT.ndlga: ".
- The newest signature that is intact is the Signature of its element; every other one is an Annotation with
  a Flag of the type SIGNATURE and the value INTACT or BROKEN, which says in its Comment who signed what when.
- Values are ISO 8601 dates, times as hours:minutes, numbers with a decimal point, codes.
"""
