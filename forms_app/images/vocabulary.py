"""What is kept of a DICOM file: the picture, its geometry and its cine timing. Everything else goes.

DICOM PS3.15 (basic profile) lists what to take out; we name what to keep, which is stricter: a private, a
retired or a misused element is never in the list. Each kept value is read as a number or as one of a few
codes, so no text that somebody wrote is ever copied.
"""

NUMBERS = (
    "SamplesPerPixel",
    "PlanarConfiguration",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "PixelAspectRatio",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "WindowCenter",
    "WindowWidth",
    "RescaleIntercept",
    "RescaleSlope",
    # geometry
    "PixelSpacing",
    "ImagerPixelSpacing",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "SliceThickness",
    "DistanceSourceToDetector",
    "DistanceSourceToPatient",
    "EstimatedRadiographicMagnificationFactor",
    "PositionerPrimaryAngle",
    "PositionerSecondaryAngle",
    # the pace of a film
    "FrameTime",
    "FrameTimeVector",
    "CineRate",
    "RecommendedDisplayFrameRate",
)
CODES = {
    "Modality": ("US", "XA", "RF", "DX", "CR", "MR", "CT", "OT"),
    "PhotometricInterpretation": (
        "MONOCHROME1",
        "MONOCHROME2",
        "PALETTE COLOR",
        "RGB",
        "YBR_FULL",
        "YBR_FULL_422",
        "YBR_ICT",
        "YBR_RCT",
    ),
    "ImageLaterality": ("R", "L", "U", "B"),
    "LossyImageCompression": ("00", "01"),
    "PresentationLUTShape": ("IDENTITY", "INVERSE"),
    "PixelIntensityRelationship": ("LIN", "LOG", "DISP"),
    "BurnedInAnnotation": ("NO",),
}
# How the scale of an ultrasound picture is read; one row for each region.
REGIONS = "SequenceOfUltrasoundRegions"
REGION_NUMBERS = (
    "RegionSpatialFormat",
    "RegionDataType",
    "RegionFlags",
    "RegionLocationMinX0",
    "RegionLocationMinY0",
    "RegionLocationMaxX1",
    "RegionLocationMaxY1",
    "ReferencePixelX0",
    "ReferencePixelY0",
    "PhysicalUnitsXDirection",
    "PhysicalUnitsYDirection",
    "ReferencePixelPhysicalValueX",
    "ReferencePixelPhysicalValueY",
    "PhysicalDeltaX",
    "PhysicalDeltaY",
)
# The standard asks that they be there; they are left empty.
EMPTY = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "ReferringPhysicianName",
    "AccessionNumber",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "SeriesNumber",
    "InstanceNumber",
    "Manufacturer",
)
