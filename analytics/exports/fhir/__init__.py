"""The data as resources of FHIR R4: what each participant, form and measurement is there."""
