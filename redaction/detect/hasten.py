"""The same answers of an entity recognizer for less: numpy's matrix product, and every distinct word embedded once per batch.

Three changes to one pipeline, none to its weights: products are done by numpy instead of BLIS; maxout's pieces lie one after the
other; and the front of the network, which sees one word at a time, runs over the distinct words of a batch instead of over all.
tests/redaction/test_models.py compares the answers with the untouched pipeline.
"""

from typing import Any


def hasten(model: Any) -> None:
    """Change the layers of this model only. A model with another front keeps the front it has."""
    from thinc.api import NumpyOps

    ops = NumpyOps(use_blis=False)
    for node in model.walk():
        node.ops = ops
        if node.name == "maxout":
            node._func = _Maxout(node)
    for node in list(model.walk()):
        front = _Front.of(node)
        if front is not None:
            node._func = front
            return


class _Maxout:
    """Forward pass of thinc's maxout layer: the pieces lie one after the other, so that the maximum runs over whole rows."""

    def __init__(self, node: Any) -> None:
        import numpy

        weights, bias = node.get_param("W"), node.get_param("b")
        self._outputs, self._pieces, inputs = weights.shape
        flat = weights.transpose(1, 0, 2).reshape(self._pieces * self._outputs, inputs)
        self._weights = numpy.ascontiguousarray(flat.T)
        self._bias = numpy.ascontiguousarray(bias.T.reshape(-1))
        self._maximum = numpy.maximum

    def __call__(self, model: Any, inputs: Any, is_train: bool) -> tuple[Any, Any]:
        values = inputs @ self._weights
        values += self._bias
        best = values[:, : self._outputs]
        for piece in range(1, self._pieces):
            best = self._maximum(best, values[:, piece * self._outputs : (piece + 1) * self._outputs])
        return best, _no_training


class _Front:
    """From documents to one vector a word: features, hashed embeddings, static vectors where there are any, mixing layer."""

    def __init__(self, columns: list[str], tables: Any, vectors: Any, mix: Any) -> None:
        self._columns, self._tables, self._vectors, self._mix = columns, tables, vectors, mix

    @classmethod
    def of(cls, node: Any) -> "_Front | None":
        """The front that `node` is, when it is built as spaCy's MultiHashEmbed builds it."""
        names = [layer.name for layer in node.layers]
        if not names or names[-1] != "ragged2list":
            return None
        head, vectors = list(node.layers[:-2]), None
        if len(head) == 1 and len(head[0].layers) == 2 and head[0].layers[1].name == "static_vectors":
            vectors = head[0].layers[1]
            head = list(head[0].layers[0].layers)
        if [layer.name for layer in head[:2]] != ["extract_features", "list2ragged"] or len(head) != 3:
            return None
        mix = node.layers[-2]
        if not (head[2].name.startswith("with_array(") and mix.name.startswith("with_array(maxout")):
            return None
        return cls(head[0].attrs["columns"], head[2].layers[0], vectors, mix.layers[0])

    def __call__(self, model: Any, documents: Any, is_train: bool) -> tuple[Any, Any]:
        import numpy

        lengths = [len(document) for document in documents]
        rows = [document.to_array([*self._columns, "ORTH"]) for document in documents]
        table = numpy.concatenate(rows).reshape(-1, len(self._columns) + 1)
        # One number for a word's features: two that agree in it by chance are less likely than a fault of the memory.
        keys = numpy.zeros(len(table), dtype="uint64")
        for column in range(table.shape[1]):
            keys = (keys ^ table[:, column]) * numpy.uint64(0x9E3779B97F4A7C15)
            keys ^= keys >> numpy.uint64(29)
        _, first, back = numpy.unique(keys, return_index=True, return_inverse=True)
        distinct = numpy.ascontiguousarray(table[first])
        features = numpy.ascontiguousarray(distinct[:, :-1])
        embedded = self._tables.predict(features)
        if self._vectors is not None:
            static = self._static(documents[0].vocab.vectors, distinct[:, -1])
            embedded = numpy.concatenate([embedded, static], axis=1)
        mixed = self._mix.predict(embedded)[back.reshape(-1)]
        return numpy.split(mixed, numpy.cumsum(lengths)[:-1]), _no_training

    def _static(self, vectors: Any, words: Any) -> Any:
        rows = vectors.find(keys=words)
        result = vectors.data[rows] @ self._vectors.get_param("W").T
        result[rows < 0] = 0
        return result


def _no_training(_: Any) -> Any:
    raise RuntimeError("this pipeline only reads")
