"""Ryot generates the same tokens however it gets there."""

from __future__ import annotations

from contextlib import closing
from time import process_time_ns

import numpy as np
import pytest
from ryot.generation import draw_prompts, generate, output_hash, stream
from ryot.serving import BatchServer
from ryot.transformer import PREFILL_CHUNK, Tokens, Transformer, load_model
from ryot.weights import CONTEXT, VOCABULARY, ModelSize, draw_weights


@pytest.fixture(scope="module")
def model() -> Transformer:
    """The small model."""
    return load_model("small")


def generate_without_cache(model: Transformer, prompts: Tokens, max_tokens: int) -> Tokens:
    """Every token from the whole text so far, read anew."""
    text = prompts
    for _ in range(max_tokens):
        logits = model.prefill(text, model.new_cache(*text.shape))
        text = np.concatenate([text, logits.argmax(axis=-1)[:, None]], axis=1)
    return text[:, prompts.shape[1] :]


@pytest.mark.parametrize("size", ["small", "medium"])
def test_cache_changes_no_token(size: str) -> None:
    """With the KV cache and without it the tokens are the same."""
    model, prompts = load_model(size), draw_prompts(batch=2, length=40)
    expected = generate_without_cache(model, prompts, max_tokens=12)
    assert np.array_equal(generate(model, prompts, max_tokens=12).tokens, expected)


def test_cache_saves_most_of_the_work(model: Transformer) -> None:
    """32 tokens after 64 take less than half of the CPU time they take without the cache."""
    prompts = draw_prompts(batch=1, length=64)
    cached_ns = uncached_ns = 0
    for _ in range(3):
        start_ns = process_time_ns()
        generate(model, prompts, max_tokens=32)
        middle_ns = process_time_ns()
        generate_without_cache(model, prompts, max_tokens=32)
        cached_ns += middle_ns - start_ns
        uncached_ns += process_time_ns() - middle_ns
    assert 2 * cached_ns < uncached_ns


def test_prefill_in_chunks_equals_token_by_token(model: Transformer) -> None:
    """A prompt over several chunks gives the logits that feeding its tokens singly gives."""
    prompts = draw_prompts(batch=2, length=2 * PREFILL_CHUNK + 17)
    singly = model.new_cache(*prompts.shape)
    for tokens in prompts.T:
        expected = model.step(tokens, singly)
    logits = model.prefill(prompts, model.new_cache(*prompts.shape))
    assert logits.shape == (2, VOCABULARY)
    np.testing.assert_allclose(logits, expected, rtol=1e-3, atol=1e-4)


def test_batch_changes_no_token(model: Transformer) -> None:
    """Each prompt of a batch gets the tokens it gets alone."""
    prompts = draw_prompts(batch=5, length=20)
    together = generate(model, prompts, max_tokens=8).tokens
    alone = [generate(model, prompt[None], max_tokens=8).tokens[0] for prompt in prompts]
    assert np.array_equal(together, np.stack(alone))


def test_output_is_the_same_in_every_model_of_a_size() -> None:
    """The hash stands for the tokens: equal for equal weights, different for other prompts."""
    first, second = load_model("small"), load_model("small")
    prompts, others = draw_prompts(1, 10), draw_prompts(1, 10, seed=4)
    expected = output_hash(generate(first, prompts, 10).tokens)
    assert output_hash(generate(second, prompts, 10).tokens) == expected
    assert output_hash(generate(first, others, 10).tokens) != expected
    assert expected == int(float(expected))


@pytest.mark.parametrize(("size", "layers", "width"), [("small", 4, 128), ("large", 8, 512)])
def test_sizes(size: str, layers: int, width: int) -> None:
    """Layers, width and vocabulary are what the documents say."""
    weights = draw_weights(ModelSize(size))
    assert len(weights.blocks) == layers
    assert weights.embedding.shape == weights.head.T.shape == (VOCABULARY, width) == (4096, width)
    assert weights.nbytes > 4 * (2 * VOCABULARY * width + 12 * layers * width**2)


def test_stream_yields_what_was_asked_for(model: Transformer) -> None:
    """So many steps, one token of each sequence a step."""
    steps = list(stream(model, draw_prompts(3, 10), max_tokens=4))
    assert [step.shape for step in steps] == [(3,)] * 4


def test_text_beyond_the_context_is_refused(model: Transformer) -> None:
    """More tokens than the context holds are an error before anything is computed."""
    with pytest.raises(ValueError, match=f"the context holds {CONTEXT}"):
        generate(model, draw_prompts(1, CONTEXT), max_tokens=2)


def test_timeline_counts_every_token(model: Transformer) -> None:
    """Arrivals only grow; the first is the time to first token, the gaps are the rest."""
    timeline = generate(model, draw_prompts(2, 10), max_tokens=6)
    assert len(timeline.arrivals_ns) == 6
    assert min(timeline.gaps_ns) > 0
    assert timeline.first_token_ns + sum(timeline.gaps_ns) == timeline.arrivals_ns[-1]
    assert timeline.tokens_per_sec == pytest.approx(12e9 / timeline.arrivals_ns[-1])


def test_server_answers_as_the_model_does(model: Transformer) -> None:
    """Queue and batching change no reply, and no batch is larger than allowed."""
    prompts = draw_prompts(batch=10, length=12)
    server = BatchServer(model, max_tokens=5, max_batch=4)
    with closing(server):
        answers = [server.submit(prompt) for prompt in prompts]
        replies = [answer.result(timeout=30) for answer in answers]
    expected = generate(model, prompts, max_tokens=5).tokens
    assert np.array_equal([reply.tokens for reply in replies], expected)
    # Steps of one batch arrive at the same moment: no moment may have more than four replies.
    moments = [reply.submitted_ns + reply.arrivals_ns[0] for reply in replies]
    assert max(moments.count(moment) for moment in moments) <= 4
    assert 1 <= max(server.depths.take()) <= 10


def test_server_hands_errors_to_the_clients_and_goes_on(model: Transformer) -> None:
    """A prompt that cannot be answered fails alone in its batch; the next one is answered."""
    server = BatchServer(model, max_tokens=2, max_batch=1)
    with closing(server):
        with pytest.raises(ValueError, match="context"):
            server.generate(np.zeros(CONTEXT, dtype=np.int64))
        assert len(server.generate(draw_prompts(1, 4)[0]).tokens) == 2


def test_closed_server_answers_what_waits_and_takes_no_more(model: Transformer) -> None:
    """Closing loses no request."""
    server = BatchServer(model, max_tokens=2, max_batch=2)
    answers = [server.submit(prompt) for prompt in draw_prompts(5, 4)]
    server.close()
    assert all(answer.done() and not answer.exception() for answer in answers)
    with pytest.raises(RuntimeError, match="closed"):
        server.submit(draw_prompts(1, 4)[0])
