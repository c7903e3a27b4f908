"""A report's tables as open data: CSV and Parquet with one row a cell, described as Data Package and as DCAT-AP-NO."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from fastlege.kernel.errors import DataError
from fastlege.reporting import licence
from fastlege.reporting.report.model import Document, Table

FACTS = pa.schema(
    [
        ("figure", pa.string()),
        ("period", pa.string()),
        ("level", pa.string()),
        ("area", pa.string()),
        ("area_name", pa.string()),
        ("dimension", pa.string()),
        ("group", pa.string()),
        ("value", pa.float64()),
        ("numerator", pa.int64()),
        ("denominator", pa.int64()),
        ("unit", pa.string()),
        ("suppressed", pa.bool_()),
        ("published", pa.bool_()),
    ]
)
"""One row a cell of a table. `value` is null where suppressed and where there is nothing to divide by; `published`
marks values of earlier reports. The definitions of the figures are in the report."""

_TYPES = {"string": "string", "double": "number", "int64": "integer", "bool": "boolean"}
_MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_LANGUAGES = {"nb": "NOB", "en": "ENG"}
CONTACT = "FASTLEGE_CONTACT"
"""The environment variable with the e-mail address or the page where a reader can ask about the data."""
_MAIL, _PAGE = re.compile(r"[^@\s:<>]+@[^@\s:<>]+"), re.compile(r"https?://[^\s<>]+")
_AUTHORITY = "http://publications.europa.eu/resource/authority"


def write_open_data(document: Document, folder: Path) -> None:
    """Write the tables to `data`, and the two descriptions beside it."""
    (folder / "data").mkdir()
    for table in document.tables():
        rows = pa.Table.from_pylist(table.facts, FACTS)
        pq.write_table(rows, folder / "data" / f"{name(table)}.parquet", compression="zstd")
        with (folder / "data" / f"{name(table)}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(FACTS.names)
            writer.writerows([_text(fact[column]) for column in FACTS.names] for fact in table.facts)
    _write(folder / "datapackage.json", data_package(document, folder))
    _write(folder / "catalog.jsonld", catalog(document))


def name(table: Table) -> str:
    """The name of a table's files."""
    return "table-" + table.number.lower().replace(".", "-")


def data_package(document: Document, folder: Path) -> dict[str, Any]:
    """The description as a Data Package, with the columns, the length and the check sum of each file."""
    fields = [{"name": field.name, "type": _TYPES[str(field.type)]} for field in FACTS]
    resources = []
    for table in document.tables():
        for kind, media in _MEDIA.items():
            path = f"data/{name(table)}.{kind}"
            content = (folder / path).read_bytes()
            resources.append(
                {
                    "name": f"{name(table)}-{kind}",
                    "title": f"{table.number} {table.title}",
                    "path": path,
                    "format": kind,
                    "mediatype": media,
                    "bytes": len(content),
                    "hash": f"sha256:{sha256(content).hexdigest()}",
                    "schema": {"fields": fields, "missingValues": [""]},
                }
            )
    return {
        "name": document.name,
        "title": document.title,
        "description": " ".join(document.facts),
        "profile": "data-package",
        "licenses": [{"name": licence.SPDX, "path": licence.PAGE, "title": licence.TITLE}],
        "version": document.as_of.isoformat(),
        "resources": resources,
    }


def catalog(document: Document) -> dict[str, Any]:
    """The description as DCAT-AP-NO, in JSON-LD: a catalogue with a data set a table, beside its files."""
    language = {"@id": f"{_AUTHORITY}/language/{_LANGUAGES[document.language]}"}
    publisher = {"@type": "foaf:Organization", "foaf:name": _told(document, "Fastlege")}
    about = _told(document, " ".join(document.facts))
    contact = contact_point(document, os.environ)
    sets = [
        {
            "@id": f"#{name(table)}",
            "@type": "dcat:Dataset",
            "dct:identifier": f"{document.name}/{name(table)}",
            "dct:title": _told(document, f"{table.number} {table.title}"),
            "dct:description": about,
            "dct:publisher": publisher,
            **contact,
            "dct:language": language,
            "dct:accessRights": {"@id": f"{_AUTHORITY}/access-right/PUBLIC"},
            "dcat:theme": {"@id": f"{_AUTHORITY}/data-theme/HEAL"},
            "dct:modified": {"@type": "xsd:date", "@value": document.as_of.isoformat()},
            "dcat:distribution": [
                {
                    "@type": "dcat:Distribution",
                    "dcat:accessURL": {"@id": f"data/{name(table)}.{kind}"},
                    "dcat:downloadURL": {"@id": f"data/{name(table)}.{kind}"},
                    "dct:license": {"@id": licence.AUTHORITY},
                    "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
                }
                for kind, media in _MEDIA.items()
            ],
        }
        for table in document.tables()
    ]
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": f"#{document.name}",
        "@type": "dcat:Catalog",
        "dct:identifier": f"{document.name}/{document.language}/{document.as_of}",
        "dct:title": _told(document, document.title),
        "dct:description": about,
        "dct:publisher": publisher,
        **contact,
        "dct:language": language,
        "dct:modified": {"@type": "xsd:date", "@value": document.as_of.isoformat()},
        "dcat:themeTaxonomy": {"@id": f"{_AUTHORITY}/data-theme"},
        "dcat:dataset": sets,
    }


def contact_point(document: Document, environ: Mapping[str, str]) -> dict[str, Any]:
    """Where a reader can ask, as the installation says. The standard asks for it; without it, it is not made up."""
    place = environ.get(CONTACT, "").strip()
    if not place:
        return {}
    if _MAIL.fullmatch(place):
        way = {"vcard:hasEmail": {"@id": f"mailto:{place}"}}
    elif _PAGE.fullmatch(place):
        way = {"vcard:hasURL": {"@id": place}}
    else:
        raise DataError(
            "is neither an e-mail address nor a page.", where=CONTACT, remedy="Give one, such as figures@example.org."
        )
    return {"dcat:contactPoint": {"@type": "vcard:Organization", "vcard:fn": _told(document, "Fastlege"), **way}}


def _told(document: Document, text: str) -> dict[str, str]:
    return {"@language": document.language, "@value": text}


def _text(value: object) -> str:
    """A value as CSV writes it: nothing where there is none, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2))
