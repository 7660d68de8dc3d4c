"""The measured callables of Ryot."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from time import perf_counter_ns

from observing import NS_PER_MS, Observations, Prepared, Workload, per_second, to_ms

from ryot.generation import draw_prompts, generate, output_hash
from ryot.serving import BatchServer
from ryot.transformer import load_model

FULL_TOKENS = 1_000
"""Tokens of one TokenThroughput or FullLLMInference call, all sequences together."""

CLIENTS = 8
"""Clients of FullLLMInference, and its largest batch: a full queue makes a full batch."""


def inference_ttft(prompt_length: int, batch_size: int, model_size: str) -> Workload:
    """Time to the first token of a batch, then the pace of four more steps."""
    model = load_model(model_size)
    prompts = draw_prompts(batch_size, prompt_length)

    def measured() -> Observations:
        timeline = generate(model, prompts, max_tokens=5)
        return {
            "ttft_ms": timeline.first_token_ns / NS_PER_MS,
            "throughput_tokens_per_sec": timeline.decode_tokens_per_sec,
            "output_hash": output_hash(timeline.tokens),
        }

    return measured


def token_throughput(batch_size: int, model_size: str) -> Workload:
    """A thousand tokens in all, shared by the sequences of a batch (992 for a batch of 32)."""
    return generation(100, batch_size, model_size, max_tokens=FULL_TOKENS // batch_size)


def token_generation_micro(model_size: str) -> Workload:
    """Ten tokens for one short prompt."""
    return generation(10, 1, model_size, max_tokens=10)


def inference_profiled(prompt_length: int, model_size: str) -> Workload:
    """Fifty tokens for one prompt: long enough for a sampler to see prefill and decode."""
    return generation(prompt_length, 1, model_size, max_tokens=50)


def generation(prompt_length: int, batch_size: int, model_size: str, max_tokens: int) -> Workload:
    """One whole generation: first token, pace, gaps between tokens, and what was written."""
    model = load_model(model_size)
    prompts = draw_prompts(batch_size, prompt_length)

    def measured() -> Observations:
        timeline = generate(model, prompts, max_tokens)
        return {
            "ttft_ms": timeline.first_token_ns / NS_PER_MS,
            "throughput_tokens_per_sec": timeline.tokens_per_sec,
            "inter_token_latency_ms": to_ms(timeline.gaps_ns),
            "output_hash": output_hash(timeline.tokens),
        }

    return measured


def full_llm_inference(model_size: str) -> Prepared:
    """Forty prompts through queue and batching, twenty-five tokens each: eight closed loops."""
    prompts = list(draw_prompts(40, length=50))
    server = BatchServer(
        load_model(model_size),
        max_tokens=FULL_TOKENS // len(prompts),
        max_batch=CLIENTS,
        linger_s=0.002,
    )

    def measured() -> Observations:
        started_ns = perf_counter_ns()
        replies = list(pool.map(server.generate, prompts))
        elapsed_ns = perf_counter_ns() - started_ns
        return {
            "ttft_ms": to_ms(reply.first_token_ns for reply in replies),
            "throughput_tokens_per_sec": per_second(
                sum(len(reply.tokens) for reply in replies), elapsed_ns
            ),
            "inter_token_latency_ms": to_ms(gap for reply in replies for gap in reply.gaps_ns),
            "queue_depth": server.depths.take(),
        }

    with closing(server), ThreadPoolExecutor(CLIENTS, thread_name_prefix="client") as pool:
        yield measured
