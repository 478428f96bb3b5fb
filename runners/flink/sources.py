"""Sources of Flink that do not end, by transforms of Beam that are written in Java (`runners.flink.expansion`)."""

import typing

import apache_beam as beam
from apache_beam import pvalue
from apache_beam.transforms.external import ExternalTransform, NamedTupleBasedPayloadBuilder


class _Sequence(typing.NamedTuple):
    start: int
    elements_per_period: int
    period: int


_BYTES = "org.apache.kafka.common.serialization.ByteArrayDeserializer"


class _Consumer(typing.NamedTuple):
    consumer_config: typing.Mapping[str, str]
    topics: list[str]
    key_deserializer: str
    value_deserializer: str
    timestamp_policy: str
    commit_offset_in_finalize: bool = False


class Ticks(beam.PTransform):
    """A clock; applied to a pipeline, gives numbers without an end, stamped with the time of each.

    Args:
        seconds: How often.
        parallelism: Of the job: Flink makes so many clocks of it, each of which goes slower by as much.
        expansion: The address of an expansion service.
    """

    def __init__(self, seconds: float, *, parallelism: int, expansion: str) -> None:
        super().__init__()
        self._settings = _Sequence(0, 1, max(1, round(1_000 * seconds / parallelism)))
        self._expansion = expansion

    def expand(self, root: pvalue.PBegin) -> pvalue.PCollection:
        """Take Java's sequence of numbers."""
        payload = NamedTupleBasedPayloadBuilder(self._settings)
        return root | ExternalTransform("beam:external:java:generate_sequence:v1", payload, self._expansion)


class ReadKafka(beam.PTransform):
    """Reads a topic by Beam's connector; applied to a pipeline, gives (key, message) as bytes without an end.

    Beam's Python asks for it with fields that Java's connector of another version may not know (`ReadFromKafka`); these
    are the ones that all know. Which messages have been read is Flink's to remember; Kafka is not told, for it would
    take for done what waits in a window.

    Args:
        brokers: `HOST:PORT`, several with commas.
        topic: The topic's name, read from its beginning.
        expansion: The address of an expansion service.
    """

    def __init__(self, brokers: str, topic: str, *, expansion: str) -> None:
        super().__init__()
        config = {"bootstrap.servers": brokers, "auto.offset.reset": "earliest", "enable.auto.commit": "false"}
        self._settings = _Consumer(config, [topic], _BYTES, _BYTES, timestamp_policy="ProcessingTime")
        self._expansion = expansion

    def expand(self, root: pvalue.PBegin) -> pvalue.PCollection:
        """Take Java's connector."""
        urn = "beam:transform:org.apache.beam:kafka_read_without_metadata:v1"
        return root | ExternalTransform(urn, NamedTupleBasedPayloadBuilder(self._settings), self._expansion)
