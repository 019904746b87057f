"""The whole story by headless clients only, against a real server."""

from pathlib import Path

from tests.story import story
from tests.story.stage import house, stage


async def test_the_story_from_set_up_to_closing(tmp_path: Path) -> None:
    words = story.Words()
    mediator = words.text("name of m", "Mara Vane")
    async with (
        house(tmp_path) as server,
        stage(await server.enrolment(), server.time, story.plan(words), mediator) as on,
    ):
        tell = story.Telling(on, words)
        await story.meet(tell)
        await story.apart(tell)
        await story.keep(tell)
        for who in tell.everybody():
            assert who.state.distrust == ()
