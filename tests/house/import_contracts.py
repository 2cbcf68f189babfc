"""An import-linter contract of our own: the upper doors of a domain are for that domain only."""

from __future__ import annotations

from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ROOT = "cocrea"
SHARED = "cocrea.core"  # the base classes of forms and the like, made to be imported


class OwnDoorsContract(Contract):
    """No domain imports another domain's `layers`. Only `create_app`, in the root package, may import them all."""

    type_name = "own_doors"

    layers = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        found = sorted(
            (importer, imported)
            for imported in graph.modules
            if _is_door(imported, cast("set[str]", self.layers)) and _domain(imported) != SHARED
            for importer in graph.find_modules_that_directly_import(imported)
            if importer != ROOT and _domain(importer) != _domain(imported)
        )
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["found"]:
            output.print_error(f"{importer} imports {imported}: use that domain's operations or queries instead.")


def _domain(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _is_door(module: str, layers: set[str]) -> bool:
    parts = module.split(".")
    return len(parts) > 2 and parts[0] == ROOT and parts[2] in layers
