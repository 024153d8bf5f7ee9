"""What recorders write, made up in their exact form."""

import json
import random
from datetime import datetime, timedelta, timezone

from fuzzing.source import RATE_HZ, Maker, N, Source, moved, text, what, zipped

START_NS = 1_679_068_247_354_694_100
UTC_DAY = datetime(2022, 3, 16, 14, 7, 17, tzinfo=timezone(timedelta(hours=1)))


def stamp(i: int, form: str) -> str:
    return (UTC_DAY + timedelta(seconds=i / RATE_HZ)).strftime(form)


def millis(i: int, form: str = "%Y-%m-%dT%H:%M:%S.%f") -> str:
    return stamp(i, form)[:-3]


def sensor_logger_files(rng: random.Random) -> dict[str, bytes]:
    def sensor(late: int) -> bytes:
        cells = [
            (str(START_NS + 20_000_000 * i + late), f"{0.02 * i + late / 1e9:.4f}", *reversed(moved(rng, i)))
            for i in range(N)
        ]
        return text(("time", "seconds_elapsed", "z", "y", "x"), cells)

    notes = [(str(START_NS + at), f"{at / 1e9:.2f}", do) for at, do in ((10**7, "sit"), (16 * 10**8, "walk"))]
    return {
        "Accelerometer.csv": sensor(0),
        "Gyroscope.csv": sensor(5_000_000),
        "Annotation.csv": text(("time", "seconds_elapsed", "text"), notes),
        "Metadata.csv": b"version,device name,platform\n3,a phone,ios\n",
    }


def sensor_logger(rng: random.Random) -> Source:
    return Source(sensor_logger_files(rng))


def sensor_logger_zip(rng: random.Random) -> Source:
    return Source({"2026-01-05_10-00-00.zip": zipped(sensor_logger_files(rng))})


def sensor_logger_json(rng: random.Random) -> Source:
    entries: list[dict[str, str]] = [{"sensor": "Metadata", "version": "3", "platform": "ios"}]
    for i in range(N):
        for sensor, late in (("Accelerometer", 0), ("Gyroscope", 5_000_000)):
            xyz = dict(zip("zyx", (f"{v:.4f}" for v in moved(rng, i)), strict=True))
            at = START_NS + 20_000_000 * i + late
            entries.append({"sensor": sensor, "time": str(at), "seconds_elapsed": f"{0.02 * i:.2f}", **xyz})
    for at, do in ((10**7, "sit"), (16 * 10**8, "walk")):
        entries.append({"sensor": "Annotation", "time": str(START_NS + at), "seconds_elapsed": "0.1", "text": do})
    return Source({"rec.json": json.dumps(entries).encode()})


def phyphox(rng: random.Random) -> Source:
    files = {}
    for do in ("sit", "walk"):
        for sensor, unit in (("Accelerometer", "m/s^2"), ("Gyroscope", "rad/s")):
            names = [f'"{name} ({unit})"' for name in "XYZ"]
            cells = [[f"{v:.6E}" for v in (0.02 * i, *moved(rng, i, scale=9.8))] for i in range(N)]
            files[f"{do}/{sensor}.csv"] = text(['"Time (s)"', *names], cells)
        files[f"{do}/meta/device.csv"] = b'"property","value"\n"version","1.1.11"\n'
    return Source(files)


def phyphox_semicolons(rng: random.Random) -> Source:
    names = [f'"Linear Acceleration {axis} (m/s^2)"' for axis in "xyz"] + ['"Absolute acceleration (m/s^2)"']
    cells = [[f"{v:.6E}".replace(".", ",") for v in (0.02 * i, *moved(rng, i), 1.0 + i)] for i in range(N)]
    return Source({"Raw Data.csv": text(['"Time (s)"', *names], cells, ";")})


def physics_toolbox(rng: random.Random) -> Source:
    cells = [[f"{0.02 * i:.2f}", *moved(rng, i), *moved(rng, i), ""] for i in range(N)]
    return Source({"daily.csv": b"\n" + text(["time", "gFx", "gFy", "gFz", "wx", "wy", "wz", ""], cells)})


def metawear(rng: random.Random) -> Source:
    files = {}
    for sensor, unit in (("Accelerometer", "g"), ("Gyroscope", "deg/s")):
        names = ["epoch (ms)", "time (01:00)", "elapsed (s)", *(f"{axis}-axis ({unit})" for axis in "xyz")]
        cells = [(str(1547219408431 + 20 * i), millis(i), f"{0.02 * i:.3f}", *moved(rng, i)) for i in range(N)]
        name = f"A_MetaWear_2019-01-11T16.10.08.270_0123456789AB_{sensor}_50.000Hz_1.4.4.csv"
        files[name] = text(names, cells)
    return Source(files)


def xsens_dot(rng: random.Random) -> Source:
    head = "sep=,\nDeviceTag:,tag\nFirmwareVersion:,2.0.0\nOutputRate:,50Hz\n"
    head += "StartTime: ,2021-08-20_20:21:13_835 GMT+8\n© Xsens Technologies B. V. 2005-2021\n\n"
    names = ["PacketCounter", "SampleTimeFine", "Acc_X", "Acc_Y", "Acc_Z", "Gyr_X", "Gyr_Y", "Gyr_Z", "Status"]
    files = {}
    for place in ("Pelvis", "LTibia"):
        cells = [(i, 3343427885 + 20_000 * i, *moved(rng, i, scale=9.8), *moved(rng, i), 0) for i in range(N)]
        files[f"{place}_20210820_202113_836.csv"] = head.encode() + text(names, cells)
    return Source(files)


def xsens_mtw(rng: random.Random) -> Source:
    head = b"// Start Time: Unknown\n// Update Rate: 50.0Hz\n// Filter Profile: human\n// Firmware Version: 4.3\n"
    names = ["PacketCounter", "SampleTimeFine", "Year", "Acc_X", "Acc_Y", "Acc_Z", "Gyr_X", "Gyr_Y", "Gyr_Z"]
    cells = [(20 + i, "", "", *moved(rng, i, scale=9.8), *moved(rng, i)) for i in range(N)]
    return Source({"MT_01200-000_00B42D4F.txt": head + text(names, cells, "\t")})


def embrace(rng: random.Random) -> Source:
    cells = [(1667125802657500 + 20_000 * i, *moved(rng, i)) for i in range(N)]
    return Source({"p1/accelerometer.csv": text(("unix_timestamp", "x", "y", "z"), cells)})


def actigraph(rng: random.Random) -> Source:
    lines = [
        "------ Data File Created By ActiGraph GT3X+ ActiLife v6.13.3 Firmware v2.5.0 date format M/d/yyyy at 50 Hz --",
        *("Serial Number: XXX", "Start Time 11:27:00", "Start Date 6/14/2018"),
        *("Epoch Period (hh:mm:ss) 00:00:00", "Download Time 15:16:42", "Download Date 6/14/2018"),
        *("Current Memory Address: 0", "Current Battery Voltage: 4.21     Mode = 12", "-" * 50),
    ]
    names = [f"Accelerometer {axis}" for axis in "XYZ"]
    return Source({"a.csv": "\n".join([*lines, ""]).encode() + text(names, (moved(rng, i) for i in range(N)))})


def axivity(rng: random.Random) -> Source:
    cells = [
        [f"{1667125802.66 + 0.02 * i:.4f}", *(f"{round(64 * v) / 64:.6f}" for v in moved(rng, i))] for i in range(N)
    ]
    return Source({"recording.csv": text((), cells)})


def arduino(rng: random.Random) -> Source:
    files = {}
    for do in ("clap", "wave"):
        gesture = text((), ([*moved(rng, i), *moved(rng, i, scale=50)] for i in range(60)), end="\r\n")
        files[f"{do}.csv"] = b"aX,aY,aZ,gX,gY,gZ\r\n" + gesture + b"\r\n" + gesture
    return Source(files, {"rate_hz": 100})


def androsensor(rng: random.Random) -> Source:
    names = [f"ACCELEROMETER {axis} (m/s²)" for axis in "XYZ"]
    names += ["SOUND LEVEL (dB)", "Satellites in range", "Time since start in ms ", "YYYY-MO-DD HH-MI-SS_SSS"]
    cells = [
        [*moved(rng, i, scale=9.8), 47.261, "13 / 22", 26 + 20 * i, stamp(i, "%Y-%m-%d %H:%M:%S:%f")[:-3]]
        for i in range(N)
    ]
    return Source({"record1.csv": text(names, cells)})


def sensorlog(rng: random.Random) -> Source:
    names = ["loggingTime(txt)", "loggingSample(N)", "accelerometerTimestamp_sinceReboot(s)"]
    names += [f"accelerometerAcceleration{axis}(G)" for axis in "XYZ"] + ["deviceID(txt)", "label(N)"]
    cells = [
        [millis(i) + "+01:00", i, f"{100 + 0.02 * i:.3f}", *moved(rng, i), "id", int(i >= N // 2)] for i in range(N)
    ]
    return Source({"log.csv": text(names, cells, "|")})


def shimmer(rng: random.Random) -> Source:
    names = ["Timestamp raw", "Timestamp cal"]
    names += [f"Low Noise Accelerometer {a} {k}" for a in "XYZ" for k in ("raw", "cal")]
    cells = [
        [100 + 655 * i, f"{20 * i:.1f}", *(c for v in moved(rng, i, scale=9.8) for c in (2048 + int(9 * v), v))]
        for i in range(N)
    ]
    return Source({"record.csv": text(names, cells)})


def activpal(rng: random.Random) -> Source:
    cells = [[f"{43266.5 + i / 20 / 86400:.10f}", *(127 + int(20 * v) for v in moved(rng, i))] for i in range(N)]
    return Source({"a.csv": text((), cells)})


def biobank(rng: random.Random) -> Source:
    cells = [[stamp(i, "%Y-%m-%d %H:%M:%S.%f") + "+0100 [Europe/London]", *moved(rng, i), what(i)] for i in range(N)]
    return Source({"P001.csv": text(("time", "x", "y", "z", "annotation"), cells)})


def hhar(rng: random.Random) -> Source:
    names = ["Index", "Arrival_Time", "Creation_Time", "x", "y", "z", "User", "Model", "Device", "gt"]
    cells = [
        [
            i,
            1424696633908 + 20 * i,
            START_NS + 20_000_000 * i,
            *moved(rng, i, scale=9.8),
            who,
            "nexus4",
            "nexus4_1",
            what(i),
        ]
        for who in "ab"
        for i in range(N)
    ]
    return Source({"Phones_accelerometer.csv": text(names, cells)})


def real_world(rng: random.Random) -> Source:
    files = {}
    for who in (1, 2):
        for do in ("sitting", "walking"):
            late = 1435998055036 + 90_000 * (do == "walking")
            cells = [[i + 1, late + 20 * i, *moved(rng, i, scale=9.8)] for i in range(100)]
            name = f"proband{who}/data/acc_{do}_chest.csv"
            files[name] = text(("id", "attr_time", "attr_x", "attr_y", "attr_z"), cells)
    return Source(files)


def motion_sense(rng: random.Random) -> Source:
    names = ["", *(f"attitude.{a}" for a in ("roll", "pitch", "yaw"))]
    names += [f"{group}.{axis}" for group in ("rotationRate", "userAcceleration") for axis in "xyz"]
    files = {
        f"A_DeviceMotion_data/{do}_1/sub_{who}.csv": text(
            names, ([i, *moved(rng, i), *moved(rng, i), *moved(rng, i)] for i in range(100))
        )
        for who in (1, 2)
        for do in ("dws", "sit")
    }
    return Source(files)


def fitbit(rng: random.Random) -> Source:
    begin = datetime(2016, 5, 10, 6, 55, 26)
    cells = [
        [who, (begin + timedelta(seconds=5 * i)).strftime("%-m/%-d/%Y %-I:%M:%S %p"), 80 + rng.randrange(30)]
        for who in (2022484408, 2022484409)
        for i in range(N)
    ]
    return Source({"heartrate_seconds_merged.csv": text(("Id", "Time", "Value"), cells)}, window=50)


def ios(rng: random.Random) -> Source:
    names = ["Date", "Timestamp", "DeviceOrientation", "AccelerationX", "AccelerationY", "AccelerationZ", "Label"]
    cells = [
        [stamp(i, "%Y-%m-%d %H:%M:%S"), f"{1665503147.86 + 0.02 * i:.6f}", "portrait", *moved(rng, i), what(i)]
        for i in range(N)
    ]
    return Source({"walking.csv": text(names, cells, ";")})


def kinetics(rng: random.Random) -> Source:
    names = ("time", "X_value", "Y_value", "Z_value")
    files = {
        f"p/walk_{s}.csv": text(names, ([f"{0.02 * i:.3f}", *moved(rng, i)] for i in range(N)))
        for s in ("accm", "gyrm")
    }
    return Source(files)


def physionet(rng: random.Random) -> Source:
    cells = [[f"'0:{0.004 * i:06.3f}'", rng.gauss(0, 1), rng.gauss(0, 1)] for i in range(2 * N)]
    return Source({"100.csv": text(("'Elapsed time'", "'MLII'", "'V5'"), cells)})


def garmin(rng: random.Random) -> Source:
    cells = [[millis(i) + "+02:00", *(int(1000 * v) for v in moved(rng, i))] for i in range(N)]
    return Source({"watch.csv": text((), cells, ";")})


def edge_impulse(rng: random.Random) -> Source:
    names = ("timestamp", "accX", "accY", "accZ")
    files = {
        f"training/{do}.1a2b3c{k}d.csv": text(names, ([20 * i, *moved(rng, i, scale=9.8)] for i in range(100)))
        for do in ("walk", "sit")
        for k in (1, 2)
    }
    return Source(files)


def empatica(rng: random.Random) -> Source:
    begin = b"1589375246.000000"
    acc = b", ".join([begin] * 3) + b"\n" + b", ".join([b"32.000000"] * 3) + b"\n"
    acc += text((), ([int(64 * v) for v in moved(rng, i)] for i in range(N)))
    files = {"s1/ACC.csv": acc}
    files["s1/EDA.csv"] = begin + b"\n4.000000\n" + text((), ([f"{rng.random():.6f}"] for _ in range(N // 8)))
    files["s1/BVP.csv"] = begin + b"\n64.000000\n" + text((), ([f"{rng.gauss(0, 9):.2f}"] for _ in range(2 * N)))
    files["s1/tags.csv"] = b"1589375247.52\n"
    return Source(files)


RECORDERS: dict[str, Maker] = {
    "Sensor Logger": sensor_logger,
    "Sensor Logger, zip": sensor_logger_zip,
    "Sensor Logger, JSON": sensor_logger_json,
    "phyphox": phyphox,
    "phyphox, semicolons": phyphox_semicolons,
    "Physics Toolbox": physics_toolbox,
    "MetaWear": metawear,
    "Xsens DOT": xsens_dot,
    "Xsens MTw": xsens_mtw,
    "EmbracePlus": embrace,
    "ActiGraph": actigraph,
    "Axivity": axivity,
    "Arduino": arduino,
    "AndroSensor": androsensor,
    "SensorLog": sensorlog,
    "Shimmer": shimmer,
    "activPAL": activpal,
    "UK Biobank": biobank,
    "HHAR": hhar,
    "RealWorld": real_world,
    "MotionSense": motion_sense,
    "Fitbit": fitbit,
    "iOS logger": ios,
    "Sensor Kinetics": kinetics,
    "PhysioNet": physionet,
    "Garmin": garmin,
    "Edge Impulse": edge_impulse,
    "Empatica E4": empatica,
}
