"""What can be missing for training a model."""

from bot.errors import CentralaError


class TrainingError(CentralaError):
    """A model cannot be trained; the text names the mend."""

    code = "voice_training_failed"
