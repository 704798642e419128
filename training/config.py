"""A TOML file -> the hyper-parameters of a training run."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import SettingInvalid

DEFAULT = Path(__file__).parent / "configs" / "default.toml"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WeightSettings(_Table):
    """Weights of the feature blocks; see `models.features.Weights`."""

    words: float = Field(ge=0)
    letters: float = Field(ge=0)
    use: float = Field(ge=0)
    e5: float = Field(ge=0)
    signals: float = Field(ge=0)
    gravity: float = Field(ge=0)
    subject: float = Field(ge=0)


class KernelSettings(_Table):
    """A kernel machine.

    Attributes:
        width: Sharpness of the kernel.
        ridge: Smoothing.
        caution: Head with labels in rising order to the probability with which the chosen label
            must not be exceeded; above 0.5 errs upwards. Other heads choose the most probable.
    """

    width: float = Field(gt=0)
    ridge: float = Field(gt=0)
    caution: dict[str, float] = Field(default_factory=dict)


class SentenceSettings(_Table):
    """The grouping of sentences.

    Attributes:
        strength: Inverse penalty of the regression.
        rounds: Boosting rounds of the pair judge.
    """

    strength: float = Field(gt=0)
    rounds: int = Field(ge=2)


class SignSettings(_Table):
    """The heads that judge identifiers and sums by their signs.

    Attributes:
        references: Inverse penalty of the regression on identifiers.
        amounts: Inverse penalty of the regression on sums.
    """

    references: float = Field(gt=0)
    amounts: float = Field(gt=0)


class SecondSettings(_Table):
    """The heads that judge severity and nature anew.

    Attributes:
        strength: Inverse penalty of their regressions.
        grave_share: Wanted share of the claims of the gravest severity that are seen as one of the
            two gravest.
        least_examples: Claims of each label beside each inner fold from which a head is worth
            fitting.
    """

    least_examples: int = Field(ge=1)
    strength: float = Field(gt=0)
    grave_share: float = Field(ge=0, le=1)


class ThresholdSettings(_Table):
    """When a decision may stand; see `pipeline.datatypes.Thresholds`.

    Attributes:
        precision: The confidence threshold is fitted so that the types of claims above it are
            right at least so often.
        least_examples: Held-out claims of a type from which it has a confidence threshold of its
            own.
        margin: As in `Thresholds`.
        kind_probability: As in `Thresholds`.
        split_certainty: As in `Thresholds`.
        amount_over: As in `Thresholds`.
    """

    precision: float = Field(gt=0, lt=1)
    least_examples: int = Field(ge=1)
    margin: float = Field(ge=0, le=1)
    kind_probability: float = Field(ge=0, le=1)
    split_certainty: float = Field(ge=0, le=1)
    amount_over: float = Field(gt=0)


class TrainingConfig(_Table):
    """Everything that can be tuned.

    Attributes:
        seed: Makes folds and boosting repeatable.
        inner_folds: Held-out parts of the training mails.
        brief_complaints: Shortest claims of the bank that also teach the kind of a mail.
        precedent_characters: Of each example's text that are kept beside the model, to explain its
            decisions; 0 keeps labels alone.
        weights: Of the feature blocks.
        claims: The machine that judges claims.
        mails: The machine that judges mails.
        sentences: The grouping.
        signs: Identifiers and sums.
        second: Severity and nature.
        thresholds: When a decision may stand.
    """

    seed: int
    inner_folds: int = Field(ge=2)
    brief_complaints: int = Field(ge=0)
    precedent_characters: int = Field(ge=0)
    weights: WeightSettings
    claims: KernelSettings
    mails: KernelSettings
    sentences: SentenceSettings
    signs: SignSettings
    second: SecondSettings
    thresholds: ThresholdSettings


def read_config(path: Path = DEFAULT) -> TrainingConfig:
    """Read a training configuration.

    Raises:
        SettingInvalid: Names the file, the key and the reason.
    """
    try:
        return TrainingConfig(**tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingInvalid(str(path), f"cannot be read: {error}") from error
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(str(part) for part in fault["loc"])
        raise SettingInvalid(f"{path}: {key}", str(fault["msg"])) from error
