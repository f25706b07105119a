"""What a config file may say of a step: made of the table of steps, as it is when a file is read."""

from __future__ import annotations

import functools
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, create_model
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from scraper.config.model_forms import MODEL_NOW, Maybe, ShortSpec
from scraper.parse.transforms import STEPS, StepInfo


def _bare(value: Any) -> Any:
    if value is not True:
        raise PydanticCustomError("said", "{text}", {"text": "this step takes no argument; write its name alone"})
    return value


Nothing = Maybe[Annotated[Literal[True], BeforeValidator(_bare)]]
Text = Maybe[str]
Pair = Maybe[Annotated[list[str], Field(min_length=2, max_length=2)]]
Table = Maybe[dict[str, Any]]
ARGUMENTS: dict[str, Any] = {
    "nothing": Nothing,
    "text": Text,
    "pair": Pair,
    "table": Table,
    "function": Text,
}
"""The forms of a step's argument, by what `transforms.StepInfo` calls them."""


class StepSpec(ShortSpec, defer_build=False):
    """One text operation: a name, or a mapping of one name to its argument."""

    @classmethod
    def from_text(cls, text: str) -> dict[str, Any]:
        """Return the short form of a step without argument."""
        if text in STEPS and STEPS[text].takes != "nothing":
            raise PydanticCustomError("said", "{text}", {"text": f"{text!r} needs an argument: {{{text}: …}}"})
        return {text: True}


@functools.lru_cache(1)
def _step_spec(steps: tuple[tuple[str, StepInfo], ...]) -> type[StepSpec]:
    """Return the model that has a key for each of these steps."""
    keys = {name: (ARGUMENTS[step.takes], Field(None, description=step.summary)) for name, step in steps}
    made: type[StepSpec] = create_model("StepSpec", __base__=StepSpec, __doc__=StepSpec.__doc__, **keys)  # type: ignore[call-overload]
    made.short_schema = {"enum": [name for name, step in steps if step.takes == "nothing"]}
    return made


class OneOfSteps:
    """In `Annotated[StepSpec, …]`: one of the steps that there are when a file is read or the schema is made."""

    def __get_pydantic_core_schema__(self, *_: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda data: self.model().model_validate(data), metadata={MODEL_NOW: self.model}
        )

    def model(self) -> type[StepSpec]:
        """Return the model of now."""
        return _step_spec(tuple(STEPS.items()))
