"""The words by which columns, files and folders are known, and names taken apart into words."""

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


PERSON = _set(
    "person persons subject subjects user users participant participants volunteer patient proband pid uid sid subj "
    "sub group id userid subjectid personid participantid"
)
LABEL = _set(
    "label labels activity activities class classes target gt groundtruth gesture gestures movement behaviour behavior "
    "posture exercise action annotation annotations"
)
SESSION = _set(
    "session trial recording run rep repetition take block record segment file filename device bout exp experiment "
    "sequence set recordingid sessionid trialid"
)
TIME = _set(
    "time timestamp timestamps datetime date epoch epoc clock elapsed t ts seconds second secs sec ms millis "
    "millisecond "
    "milliseconds micros microseconds nanos nanoseconds ns us unixtime walltime"
)
NUMBERED = _set("id ids no nr num number code index idx name names key label type of the true")
"""Words that may follow another: ``subject_id``, ``activity label``."""
CLOCK_UNITS = _set("s sec secs seconds ms us ns millis micros nanos milliseconds microseconds nanoseconds")
TIME_UNITS = _set("s ms us ns min h d days")
LEFT_OUT: dict[str, str] = {
    **dict.fromkeys(_set("battery batterylevel"), "the battery is no sensor of the body"),
    **dict.fromkeys(
        _set("latitude longitude lat lon lng gps altitude location locationlatitude locationlongitude"),
        "a place on the earth",
    ),
    **dict.fromkeys(_set("satellites accuracy status flags flag checksum crc"), "tells of the device, not the body"),
    **dict.fromkeys(_set("index row rownumber rowid unnamed rownum"), "numbers the rows"),
    **dict.fromkeys(_set("packetcounter counter seq sequencenumber framenumber frame sampleno samplenumber"), "counts"),
}
SENSORS: dict[str, str] = {
    **dict.fromkeys(_set("acc accel accelerometer acceleration accelero accm accelerometers"), "acc"),
    **dict.fromkeys(_set("gyro gyroscope gyr gyrm angular gyroscopes angularvelocity"), "gyro"),
    **dict.fromkeys(_set("mag magnetometer magnetic magm magneticfield magnetometers"), "mag"),
    **dict.fromkeys(_set("gravity grav grvm"), "gravity"),
    **dict.fromkeys(
        _set("linear linearacceleration linacc lacc lacm useracceleration linearaccelerometer"), "linear_acc"
    ),
    **dict.fromkeys(_set("totalacceleration totalacc"), "total_acc"),
    **dict.fromkeys(_set("accelerometeruncalibrated"), "acc_uncalibrated"),
    **dict.fromkeys(_set("gyroscopeuncalibrated"), "gyro_uncalibrated"),
    **dict.fromkeys(_set("magnetometeruncalibrated"), "mag_uncalibrated"),
    **dict.fromkeys(_set("barometer baro pressure"), "pressure"),
    **dict.fromkeys(_set("orientation attitude quaternion quat rotation rotationvector"), "orientation"),
    **dict.fromkeys(_set("light lux"), "light"),
    **dict.fromkeys(_set("heartrate hr ppg bvp ecg emg eda temp temperature ibi eeg"), ""),
}
"""Words of sensors, and what their channels begin with; nothing said where the word itself does."""
MEASURES = _set(
    "heart pulse bpm temperature humidity spo2 oxygen respiration breath skin conductance volume sound noise power "
    "force"
)
"""Words of what is measured slowly, in steps that may last."""
PLACES = _set(
    "waist chest thigh shin head forearm upperarm arm wrist ankle hip pocket pelvis femur tibia foot hand leg back "
    "left right lfemur rfemur ltibia rtibia lfoot rfoot torso trunk lumbar sternum neck upper lower watch phone "
    "leftwrist rightwrist leftankle rightankle belt bag"
)
ACTIVITIES = _set(
    "walk walking walks run running jog jogging sit sitting stand standing lie lying lay laying sleep sleeping stairs "
    "stair upstairs downstairs ups dws wlk std up down climbing climb descending ascending cycling cycle bike biking "
    "jump jumping fall falling falls rest resting still idle driving drive eat eating drink drinking type typing write "
    "writing brush brushing clap clapping punch punching flex flexing wave waving swing squat squats bench deadlift "
    "dead "
    "row rowing ohp press pushup pushups situp situps lunge lunges dance dancing swim swimming football basketball "
    "dribbling "
    "kicking throw throwing bend bending hop hopping shake shaking circle circles nothing none other stationary static "
    "dynamic wash washing cook cooking clean cleaning vacuum smoking smoke talking reading elliptical treadmill "
    "limp limping shuffle skip skipping stretch stretching turn turning transition kneel crouch pull pullup sweep"
)
SIDES: dict[str, str] = {
    **dict.fromkeys(_set("train training trainset tr learn"), "train"),
    **dict.fromkeys(_set("test testing testset te eval evaluation holdout"), "test"),
    **dict.fromkeys(_set("val valid validation dev"), "train"),
}
TRIALS = _set(
    "trial trials rec record recording recordings session sessions take rep repetition exp experiment set part seg "
    "segment file data sample try attempt measurement log series day run t r s"
)
PERSON_NAME = re.compile(
    r"(?:person|people|p|pers|subject|subj|sub|s|user|usr|u|participant|part|volunteer|vol|patient|pat|proband|vp|id|pid|sid|uid)"
    r"[-_ ]?0*\d{1,5}",
    re.IGNORECASE,
)
TRIAL_NAME = re.compile(
    r"(?:trial|rec|record|recording|session|take|rep|repetition|exp|experiment|set|part|seg|segment|try|attempt|measurement|"
    r"log|series|day|run|t|r|no|nr)[-_ ]?0*\d{1,6}",
    re.IGNORECASE,
)
DATE_NAME = re.compile(
    r"(?:19|20)\d{2}[-_. ]?[01]?\d[-_. ]?[0-3]?\d.*|[0-3]?\d[-_.][01]?\d[-_.](?:19|20)?\d{2}.*|\d{9,}|[01]\d[0-3]\d",
)


def words(name: str) -> list[str]:
    """The words of a name in small letters, taken apart at capitals, digits and signs.

    >>> words("userAcceleration.x"), words("Activity Label"), words("P01_walk-2"), words("IDs")
    (['user', 'acceleration', 'x'], ['activity', 'label'], ['p', '01', 'walk', '2'], ['ids'])
    """
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    parted = re.sub(r"([A-Z]{2,})([A-Z][a-z]{2,})", r"\1 \2", parted)
    return [word.lower() for word in re.findall(r"[^\W\d_]+|\d+", parted)]


def is_activity(text: str) -> bool:
    """Whether a name speaks of something that people do.

    >>> is_activity("walking_fast"), is_activity("p01")
    (True, False)
    """
    return any(word in ACTIVITIES for word in words(text))
