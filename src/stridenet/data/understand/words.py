"""The words by which columns, files and folders are known, and names taken apart into words."""

import re
import unicodedata
from collections.abc import Sequence


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


PERSON = _set(
    "person persons subject subjects user users participant participants volunteer patient proband probanden pid uid "
    "sid subj sub group id userid subjectid personid participantid athlete player wearer nutzer benutzer teilnehmer "
    "teilnehmerin versuchsperson vp patientin sujeto sujet usuario utilisateur participante paciente persona personne "
    "voluntario volontaire soggetto utente deelnemer child animal dog horse cow who wer worker driver "
    "student name nombre nom vorname vpn"
)
LABEL = _set(
    "label labels activity activities class classes target gt groundtruth gesture gestures movement behaviour behavior "
    "posture exercise action annotation annotations klasse klassen aktivitat aktivitaet bewegung ubung uebung etikett "
    "tatigkeit taetigkeit clase etiqueta actividad ejercicio movimiento gesto postura classe etiquette activite "
    "exercice mouvement geste attivita etichetta activiteit atividade"
)
NO_LABEL = ("unlabeled", "unlabelled", "not labeled", "not labelled", "no label", "nolabel", "undefined", "<na>", "nil")
"""What stands for no label, besides what stands for no value anywhere."""
LABEL_PERHAPS = _set(
    "state event task condition phase mode motion category kategorie categoria transport truth outcome type zustand "
    "estado etat what doing tag marker"
)
"""Words of a column that may hold what was done, where no other does."""
SESSION = _set(
    "session trial recording run rep repetition take block record segment file filename device bout exp experiment "
    "sequence set recordingid sessionid trialid sitzung versuch durchgang aufnahme wiederholung messung sesion ensayo "
    "repeticion essai seance enregistrement sessione prova"
)
TIME = _set(
    "time timestamp timestamps datetime date epoch epoc clock elapsed t ts seconds second secs sec ms millis "
    "millisecond milliseconds millisec millisecs msec msecs usec usecs nsec nsecs micros microseconds nanos "
    "nanoseconds ns us unixtime walltime zeit uhrzeit zeitstempel "
    "datum sekunden sekunde millisekunden tiempo fecha hora temps horodatage heure tempo tijd minutes"
)
NUMBERED = _set(
    "id ids no nr num number code index idx name names key label type of the true kode codigo numero nummer"
)
"""Words that may follow another: ``subject_id``, ``activity label``."""
CLOCK_UNITS = _set(
    "s sec secs seconds ms msec msecs us usec ns nsec millis millisec millisecs micros nanos milliseconds "
    "microseconds nanoseconds min mins "
    "minutes h hours days"
)
TIME_UNITS = _set("s ms us ns min h d days")
_EARTH = "latitude longitude lat lon lng gps altitude location locationlatitude locationlongitude"
LEFT_OUT: dict[str, str] = {
    **dict.fromkeys(
        _set("battery batterylevel batt akku bateria batterie batteria accu charge charging"),
        "the battery is no sensor of the body",
    ),
    **dict.fromkeys(
        _set(f"{_EARTH} breitengrad langengrad laengengrad breite lange laenge latitud longitud latitudine"),
        "a place on the earth",
    ),
    **dict.fromkeys(
        _set(
            "age alter edad eta leeftijd sex gender geschlecht sexo sexe height grosse groesse altura taille estatura "
            "weight gewicht peso poids bmi handedness"
        ),
        "tells of the person, not of the movement",
    ),
    **dict.fromkeys(
        _set("prediction predicted predictions pred prob proba probability confidence"), "what another program answered"
    ),
    **dict.fromkeys(_set("satellites accuracy status flags flag checksum crc"), "tells of the device, not the body"),
    **dict.fromkeys(_set("index row rownumber rowid unnamed rownum"), "numbers the rows"),
    **dict.fromkeys(_set("packetcounter counter seq sequencenumber framenumber frame sampleno samplenumber"), "counts"),
}
"""What is no signal of movement, by the whole name."""
TELLING = _set(
    "battery batt akku bateria batterie latitude longitude lat lon lng gps satellites location altitude accuracy "
    "breitengrad langengrad laengengrad latitud longitud age alter edad gender geschlecht gewicht bmi prediction "
    "predicted predictions prob proba probability"
)
"""Those of them that tell it wherever they stand in a name."""
SENSORS: dict[str, str] = {
    **dict.fromkeys(
        _set(
            "acc accel accelerometer acceleration accelero accm accelerometers beschleunigung "
            "beschleunigungssensor aceleracion acelerometro "
            "accelerometre accelerometro accelerazione"
        ),
        "acc",
    ),
    **dict.fromkeys(
        _set(
            "gyro gyroscope gyr gyrm angular gyroscopes angularvelocity gyroskop drehrate giroscopio giroskop "
            "winkelgeschwindigkeit"
        ),
        "gyro",
    ),
    **dict.fromkeys(
        _set("mag magnetometer magnetic magm magneticfield magnetometers magnetfeld magnetometro magnetometre"), "mag"
    ),
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
    "limp limping shuffle skip skipping stretch stretching turn turning transition kneel crouch pull pullup sweep "
    "gehen gehend laufen rennen joggen sitzen sitzend stehen stehend liegen liegend schlafen treppe treppauf treppab "
    "radfahren springen fallen sturz ruhe kniebeuge hocken winken trinken essen schreiben "
    "marcher marche courir course assis debout couche escalier velo sauter chute dormir monter descendre boire manger "
    "caminar caminando andar andando correr corriendo sentado parado acostado tumbado escaleras bicicleta saltar caida "
    "subir bajar subiendo bajando beber comer camminare camminata correre corsa seduto sdraiato scale lopen wandelen "
    "zitten staan liggen fietsen"
)
MANNERS = _set(
    "fast slow slowly quick quickly normal brisk briskly uphill downhill forward forwards backward backwards up down "
    "high low hoch runter rauf hinauf hinunter auf ab aufwarts abwarts aufwärts abwärts schnell langsam vorwarts "
    "vorwärts ruckwarts rückwärts rapide vite lent lentement monter descendre montee montée descente haut bas rapido "
    "rápido rapida rápida lento lenta lente rapides lentes arriba abajo adelante atras atrás subida bajada "
    "veloce piano su giu giù"
)
"""How something is done, which makes another activity of it."""
TURNS = _set("turn turning swipe lean leaning tilt rotate rotation bend bending abbiegen drehen girar tourner")
"""What is done to a side, so that left and right are no places on the body."""
SIDES: dict[str, str] = {
    **dict.fromkeys(
        _set("train training trainset tr learn entrenamiento entrainement trainingsdaten addestramento treino"), "train"
    ),
    **dict.fromkeys(
        _set("test testing testset te eval evaluation holdout prueba pruebas testdaten essais teste"), "test"
    ),
    **dict.fromkeys(_set("val valid validation dev"), "train"),
}
TRIALS = _set(
    "trial trials rec record recording recordings session sessions take rep repetition exp experiment set part seg "
    "segment file data sample try attempt measurement log series day run t r s versuch versuche aufnahme messung "
    "durchgang sitzung teil tag lauf wiederholung ensayo sesion toma dia repeticion grabacion medida essai seance "
    "prise jour enregistrement mesure prova sessione registrazione sample samples test week woche"
)
DAYS = _set(
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun montag dienstag mittwoch "
    "donnerstag freitag samstag sonntag lunes martes miercoles jueves viernes sabado domingo lundi mardi mercredi "
    "jeudi vendredi samedi dimanche january february march april may june july august september october november "
    "december jan feb mar apr jun jul aug sep oct nov dec morning noon afternoon evening night morgens mittags abends "
    "today yesterday"
)
PERSON_NAME = re.compile(
    r"(?:person|people|p|pers|subject|subj|sub|s|user|usr|u|participant|part|volunteer|vol|patient|pat|proband|vp|id|pid|sid|uid)"
    r"[-_ ]?0*\d{1,5}",
    re.IGNORECASE,
)
TRIAL_NAME = re.compile(
    r"(?:trial|rec|record|recording|session|take|rep|repetition|exp|experiment|set|part|seg|segment|try|attempt|measurement|"
    r"log|series|day|run|versuch|aufnahme|messung|durchgang|sitzung|teil|tag|lauf|wiederholung|ensayo|sesi[oó]n|toma|"
    r"d[ií]a|essai|s[eé]ance|prise|jour|enregistrement|prova|sessione|week|woche|sample|test|t|r|no|nr)[-_ ]?0*\d{1,6}",
    re.IGNORECASE,
)
DATE_WITHIN = re.compile(
    r"(?:19|20)\d{2}[-_.][01]?\d[-_.][0-3]?\d(?:[-_T. ]+[0-2]?\d[-_.:h]?[0-5]\d(?:[-_.:m]?[0-5]\d)?(?:[-_.:]\d+)?)?"
    r"|[0-3]?\d[-.][01]?\d[-.](?:19|20)\d{2}"
)
DATE_NAME = re.compile(
    r"(?:19|20)\d{2}[-_. ]?(?:1[0-2]|0?[1-9])[-_. ]?(?:3[01]|[12]\d|0?[1-9]).*|"
    r"[0-3]?\d[-_.][01]?\d[-_.](?:19|20)?\d{2}.*|\d{9,}|[01]\d[0-3]\d",
)


def words(name: str) -> list[str]:
    """The words of a name in small letters without accents, taken apart at capitals, digits and signs.

    >>> words("userAcceleration.x"), words("Activité 2"), words("P01_walk-2"), words("IDs")
    (['user', 'acceleration', 'x'], ['activite', '2'], ['p', '01', 'walk', '2'], ['ids'])
    """
    plainly = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", plainly.replace("ß", "ss"))
    parted = re.sub(r"([A-Z]{2,})([A-Z][a-z]{2,})", r"\1 \2", parted)
    return [word.lower() for word in re.findall(r"[^\W\d_]+|\d+", parted)]


def is_activity(text: str) -> bool:
    """Whether a name speaks of something that people do.

    >>> is_activity("walking_fast"), is_activity("p01")
    (True, False)
    """
    return any(word in ACTIVITIES for word in words(text))


def sensor_named(pieces: Sequence[str]) -> str:
    """One name for a sensor, however it is written.

    >>> sensor_named(["linear", "accelerometer"]), sensor_named(["gyroscope"]), sensor_named(["imu"])
    ('linear_acc', 'gyro', 'imu')
    """
    whole = "".join(pieces)
    if whole in SENSORS:
        return SENSORS[whole] or whole
    if "linear" in pieces:
        return "linear_acc"
    found = [piece for piece in pieces if piece in SENSORS]
    name = SENSORS[found[0]] or found[0] if found else whole
    return f"{name}_uncalibrated" if "uncalibrated" in pieces else name
