"""The maker of bot/reading/characters.txt: `make places` runs it too, and the bot itself never does.

It carries the pairs over from the package that tests/tools/places.py pins, into one file that is read without network.
"""

import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.tools.places import CHARACTERS

WRITTEN = Path(__file__).parents[2] / "bot" / "reading" / "characters.txt"
_SCRIPT = """
const to = require(PACKAGE).Converter({from: 't', to: 'cn'}); const found = [];
for (let c = 0x4e00; c < 0xa000; c++) {
  const a = String.fromCharCode(c), b = to(a);
  if (a !== b && b.length === 1) found.push(a + b);
}
process.stdout.write(found.join(''));
"""
_WIDTH = 110


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        install = ("npm", "install", "--silent", "--ignore-scripts", "--prefix", name, CHARACTERS)
        subprocess.run(install, check=True, capture_output=True)
        script = _SCRIPT.replace("PACKAGE", repr(str(Path(name) / "node_modules" / "opencc-js")))
        pairs = subprocess.run(
            (shutil.which("node") or "node", "-e", script), check=True, capture_output=True, text=True
        ).stdout
    lines = [
        "# Traditional characters, each before the simplified one. Written by `make places`; not to be edited.",
        f"# {CHARACTERS} (MIT, Apache-2.0). Made on {datetime.now(UTC).date().isoformat()}.",
        *(pairs[start : start + _WIDTH] for start in range(0, len(pairs), _WIDTH)),
    ]
    WRITTEN.write_text("\n".join([*lines, ""]), "utf-8")
    sys.stdout.write(f"{WRITTEN.name}: {WRITTEN.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
