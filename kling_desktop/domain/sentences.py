"""The sentences of every error, by its code: what happened, what it means for money, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.domain import refusals as r

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Message:
    """Three short sentences; ``money`` is empty where money plays no part."""

    what: str
    money: str = ""
    todo: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.money, self.todo) if part)


NOTHING_SENT = "Nothing was sent and nothing will be charged."
NOT_CHARGED = "You are not charged for it."
MAYBE_CHARGED = "It may have been charged; your fal dashboard shows it."
CHARGED = "The clip was made, so it was charged."
SAME_AGAIN = "The same again will most likely fail as well; change something first."
WAITING = "The job goes on by itself; nothing is lost."
WAITING_FOR_ROOM = (
    "Make room, or let this program write there (plug the disk in again): the job then goes on by "
    "itself, where it stopped. The service keeps the clip for 7 days or longer."
)

SENTENCES: Mapping[str, Message] = {
    e.InvalidParams.code: Message("The input is not right.", NOTHING_SENT),
    e.UnknownEndpoint.code: Message(
        "This endpoint is not in the catalog.", NOTHING_SENT, "See `kling-desktop models`."
    ),
    e.UnknownJob.code: Message("There is no such job.", todo="See `kling-desktop jobs`."),
    e.UnknownRequest.code: Message(
        "This request cannot be brought back.",
        NOTHING_SENT,
        "See what there is with `kling-desktop jobs scan`.",
    ),
    e.NotWaiting.code: Message(
        "The job does not wait here, so this cannot be done with it.",
        todo="See `kling-desktop jobs` for where it is.",
    ),
    e.OtherAccount.code: Message(
        "The job belongs to another account than the key in use.",
        "Nothing was asked or sent with this key, and the job is not lost.",
        "Choose its profile (API key in the menu File, or `--profile`), and it goes on.",
    ),
    e.UnknownAccount.code: Message(
        "It is held back: nobody knows for which of your accounts it was made.",
        NOTHING_SENT,
        "Release it while the profile is chosen that is to pay for it.",
    ),
    e.BadPicture.code: Message("The picture cannot be used.", NOTHING_SENT),
    e.BadMedia.code: Message(
        "The video or sound cannot be used.", NOTHING_SENT, "Choose another file."
    ),
    e.BadProject.code: Message(
        "The project file cannot be used.",
        NOTHING_SENT,
        "Open another copy of it, or begin anew with the picture.",
    ),
    e.MissingKey.code: Message(
        "No fal API key is known.",
        NOTHING_SENT,
        "Store one with `kling-desktop key set`, or set FAL_KEY, or use --sandbox.",
    ),
    e.KeyRefused.code: Message(
        "fal did not accept the API key.", NOTHING_SENT, "Check the key in your fal dashboard."
    ),
    e.AccountLocked.code: Message(
        "The fal account is locked or out of credit.",
        "Nothing was accepted and nothing will be charged.",
        "Top up at fal.ai/dashboard/billing, then try again.",
    ),
    e.InputRefused.code: Message(
        "The model did not accept the input.", MAYBE_CHARGED, "Correct the field and try again."
    ),
    r.KeyMalformed.code: Message(
        "fal did not recognise the API key as one.",
        NOTHING_SENT,
        "Copy the whole key once more: two parts with a colon between them.",
    ),
    r.KeyLacksScope.code: Message(
        "The API key is not allowed to do this.",
        NOTHING_SENT,
        "Make a key with the scope for it in your fal dashboard.",
    ),
    r.ContentRefused.code: Message(
        "The model's content filter refused this request.",
        MAYBE_CHARGED,
        "Change the prompt or the picture before you try again.",
    ),
    r.NothingMade.code: Message(
        "The model made no clip out of this request.",
        MAYBE_CHARGED,
        "Change the prompt or the picture before you try again.",
    ),
    r.BadRequest.code: Message(
        "fal found the request itself malformed.",
        MAYBE_CHARGED,
        "Please report this with the request id.",
    ),
    r.FieldMissing.code: Message(
        "The model misses a field.", MAYBE_CHARGED, "Fill it in and try again."
    ),
    r.ValueRefused.code: Message(
        "The model does not take one of the values.", MAYBE_CHARGED, "Correct it and try again."
    ),
    r.WrongCount.code: Message(
        "There are too few or too many entries.", MAYBE_CHARGED, "Correct it and try again."
    ),
    r.PictureTooSmall.code: Message(
        "The picture is too small for the model.", MAYBE_CHARGED, "Use a larger picture."
    ),
    r.PictureTooLarge.code: Message(
        "The picture is too large for the model.", MAYBE_CHARGED, "Use a smaller picture."
    ),
    r.PictureUnreadable.code: Message(
        "The model could not read the picture.",
        MAYBE_CHARGED,
        "Save it anew as PNG or JPEG and try again.",
    ),
    r.FaceNotFound.code: Message(
        "The model found no face that it could use.",
        MAYBE_CHARGED,
        "Use a picture with one clear face, seen from the front.",
    ),
    r.FileUnreachable.code: Message(
        "The model could not download a file that the request names.",
        MAYBE_CHARGED,
        "Use a file from this computer, or an address that needs no sign-in.",
    ),
    r.FileTooLarge.code: Message(
        "A file is too large for the model.", MAYBE_CHARGED, "Use a smaller file."
    ),
    r.FormatRefused.code: Message(
        "The model does not read this kind of file.", MAYBE_CHARGED, "Save it in another format."
    ),
    r.LengthRefused.code: Message(
        "A sound or video is too long or too short for the model.",
        MAYBE_CHARGED,
        "Cut it to fit and try again.",
    ),
    r.FeatureMissing.code: Message(
        "This endpoint cannot do what the request asks for.",
        MAYBE_CHARGED,
        "Leave it out, or choose another endpoint.",
    ),
    r.ArchiveRefused.code: Message(
        "The model cannot use the archive.", MAYBE_CHARGED, "Pack it anew and try again."
    ),
    r.ConcurrencyLimited.code: Message(
        "Your account already runs as many requests as it may at once."
    ),
    r.ModelBroke.code: Message(
        "The model broke down over this clip.", NOT_CHARGED, "Try it again."
    ),
    r.TookTooLong.code: Message(
        "The model did not finish this clip in time.", NOT_CHARGED, "Try it again."
    ),
    r.PartnerFailed.code: Message(
        "The company that runs the model for fal could not make this clip.",
        NOT_CHARGED,
        "Try it again a little later.",
    ),
    r.NeverStarted.code: Message(
        "No machine at fal took this request up in time.",
        NOT_CHARGED,
        "Try it again when fal is less busy.",
    ),
    r.RunnerLost.code: Message(
        "fal lost the machine that was making this clip.", NOT_CHARGED, "Try it again."
    ),
    r.FalBroke.code: Message("fal itself broke down.", NOT_CHARGED, "Try it again."),
    r.UnknownPath.code: Message(
        "fal no longer has this endpoint.", NOT_CHARGED, "Choose another endpoint."
    ),
    r.UnknownApp.code: Message(
        "fal does not know this endpoint's app.", NOT_CHARGED, "Choose another endpoint."
    ),
    e.BudgetReached.code: Message(
        "It is held back: a budget of yours does not allow it.",
        NOTHING_SENT,
        "Raise it under Money in the window or with `kling-desktop budget set`, "
        "or let this one go with `kling-desktop jobs release ID --over-budget`.",
    ),
    e.FolderUnusable.code: Message(
        "The clip cannot be written to its folder.",
        "The clip is safe at fal for the moment; it is not charged again.",
        "Make room or choose another folder, then resume the job.",
    ),
    e.Closing.code: Message(
        "The program is just closing, or changing over to another key.",
        NOTHING_SENT,
        "Ask again in a moment.",
    ),
    e.NetworkDown.code: Message("There is no connection to the service."),
    e.TimedOut.code: Message("The service did not answer in time."),
    e.RateLimited.code: Message("The service asks us to slow down."),
    e.ServiceDown.code: Message("The service has trouble at the moment."),
    e.Transient.code: Message("Something did not work for the moment."),
    e.ProviderFailed.code: Message("fal could not make this clip.", NOT_CHARGED, "Try it again."),
    e.RequestCancelled.code: Message(
        "The request was cancelled.", "It was already running, so it may still be charged."
    ),
    e.SubmitUncertain.code: Message(
        "The request left this computer, but no answer came back.",
        "It may have been accepted, so it counts as spent and is not sent again by itself.",
        "Look for it in your fal dashboard before you try again.",
    ),
    e.ResultGone.code: Message(
        "The result has expired: the service no longer knows the request.",
        CHARGED,
        "Results are kept for an hour, or for up to 30 days where your account stores them; until "
        "then `kling-desktop jobs rescue` may work. After that the clip must be made anew.",
    ),
    e.FileGone.code: Message(
        "The clip's file has expired: the service keeps files for 7 days or longer, then deletes "
        "them.",
        CHARGED,
        "Another fetch cannot bring it back; make it anew.",
    ),
    e.ClipDamaged.code: Message(
        "The downloaded file is not a whole video.",
        CHARGED,
        "Fetch it again with `kling-desktop jobs rescue`.",
    ),
    e.ProtocolBroken.code: Message(
        "The service gave an answer that makes no sense.",
        MAYBE_CHARGED,
        "Please report this with the request id.",
    ),
    e.ForeignOrigin.code: Message(
        "The service named an address outside itself, and it was not used.",
        MAYBE_CHARGED,
        "Please report this with the request id.",
    ),
    e.LedgerUnusable.code: Message(
        "The record of your jobs cannot be opened.", "No clip was removed.", "See the log."
    ),
}
