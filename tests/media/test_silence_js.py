"""A line that carried sound and falls silent is noticed within seconds; a quiet line is left alone."""

from test_sframe_js import node

SCRIPT = """
import assert from 'node:assert';
import {createSilence} from './quality.js';
let time = 0, told = 0;
const pc = {}, watch = createSilence(() => { told++; }, () => time);
const look = (of, answers, packets, bytes) => { time += 300; watch(of, [{type: 'candidate-pair', responsesReceived: answers, bytesReceived: bytes}, {type: 'inbound-rtp', packetsReceived: packets}]); };
"""


def test_silence_after_sound_is_told_now_and_then_and_ends_with_the_first_packet():
    node(
        SCRIPT
        + """
for (let i = 1; i < 10; i++) look(pc, i, 15 * i, 900 * i);
for (let i = 0; i < 6; i++) look(pc, 9, 135, 8100);
assert.equal(told, 0);
for (let i = 0; i < 3; i++) look(pc, 9, 135, 8100);
assert.equal(told, 1);
for (let i = 0; i < 200; i++) look(pc, 9, 135, 8100);
assert.ok(told >= 10 && told <= 16, `${told}`);
const before = told;
for (let i = 1; i < 5; i++) look(pc, 10, 135 + i, 8200 + i);
for (let i = 0; i < 8; i++) look(pc, 10, 139, 8204);
assert.equal(told, before + 1);
"""
    )


def test_a_line_that_only_answers_checks_and_a_new_connection_are_not_called_silent():
    node(
        SCRIPT
        + """
for (let i = 1; i < 40; i++) look(pc, Math.floor(i / 9), 0, 0);
for (let i = 1; i < 10; i++) look(pc, 4, 15 * i, 900 * i);
for (let i = 0; i < 40; i++) look({}, 0, 0, 0);
const other = {};
for (let i = 0; i < 40; i++) look(other, 0, 0, 0);
assert.equal(told, 0);
"""
    )
