"""Every message of the wire, once. A client sends frames up; the server sends frames down; nothing else crosses.

One WebSocket (`/live`, subprotocol `incamera.v1`) carries JSON text frames of at most 2 MiB. The server speaks first
(`challenge`), the client answers (`authenticate`, or `enrol` for a mediator's first visit), the server says `welcome`
or `goodbye`. From then on each command gets exactly one `result` or `failure`, and everything that happens to the viewer
arrives as `event` with the viewer's own running number.

No command names its sender, and none names a room where the connection implies it. No failure carries content.
Boxes, JWS and blobs are opaque to the server: `docs/OBJECTS.md` says what they hold.
"""

from client.protocol.messages.desk import MediationCreate as MediationCreate
from client.protocol.messages.desk import MediationList as MediationList
from client.protocol.messages.desk import PolicyRead as PolicyRead
from client.protocol.messages.desk import SeatPlan as SeatPlan
from client.protocol.messages.desk import VaultGet as VaultGet
from client.protocol.messages.desk import VaultPut as VaultPut
from client.protocol.messages.happenings import CharterChanged as CharterChanged
from client.protocol.messages.happenings import ChatPosted as ChatPosted
from client.protocol.messages.happenings import DevicesChanged as DevicesChanged
from client.protocol.messages.happenings import DoorAnswered as DoorAnswered
from client.protocol.messages.happenings import FloorChanged as FloorChanged
from client.protocol.messages.happenings import GrantPublished as GrantPublished
from client.protocol.messages.happenings import Happening as Happening
from client.protocol.messages.happenings import HoldingTold as HoldingTold
from client.protocol.messages.happenings import MediaOffered as MediaOffered
from client.protocol.messages.happenings import MediaQuality as MediaQuality
from client.protocol.messages.happenings import MediationEnded as MediationEnded
from client.protocol.messages.happenings import MediatorSeen as MediatorSeen
from client.protocol.messages.happenings import Moved as Moved
from client.protocol.messages.happenings import NoteArrived as NoteArrived
from client.protocol.messages.happenings import PresenceChanged as PresenceChanged
from client.protocol.messages.happenings import RecordChanged as RecordChanged
from client.protocol.messages.happenings import RingChanged as RingChanged
from client.protocol.messages.happenings import RoomChanged as RoomChanged
from client.protocol.messages.happenings import RoomSilent as RoomSilent
from client.protocol.messages.keeping import ActAsk as ActAsk
from client.protocol.messages.keeping import DisclosureStanding as DisclosureStanding
from client.protocol.messages.keeping import OfficeAdmit as OfficeAdmit
from client.protocol.messages.keeping import PaperEnter as PaperEnter
from client.protocol.messages.keeping import SecondGive as SecondGive
from client.protocol.messages.media import MediaAnswer as MediaAnswer
from client.protocol.messages.media import MediaPrefer as MediaPrefer
from client.protocol.messages.media import MediaReady as MediaReady
from client.protocol.messages.media import MediaRestart as MediaRestart
from client.protocol.messages.media import RelayServer as RelayServer
from client.protocol.messages.media import TrackPlan as TrackPlan
from client.protocol.messages.opening import Authenticate as Authenticate
from client.protocol.messages.opening import Beat as Beat
from client.protocol.messages.opening import Challenge as Challenge
from client.protocol.messages.opening import Enrol as Enrol
from client.protocol.messages.opening import Goodbye as Goodbye
from client.protocol.messages.opening import Pulse as Pulse
from client.protocol.messages.record import DisclosureCollect as DisclosureCollect
from client.protocol.messages.record import DisclosureConsent as DisclosureConsent
from client.protocol.messages.record import DisclosureRequest as DisclosureRequest
from client.protocol.messages.record import HolderRegister as HolderRegister
from client.protocol.messages.record import ItemKeep as ItemKeep
from client.protocol.messages.record import SittingDecide as SittingDecide
from client.protocol.messages.record import SittingFeed as SittingFeed
from client.protocol.messages.record import SittingFinish as SittingFinish
from client.protocol.messages.record import SittingLook as SittingLook
from client.protocol.messages.record import SittingOpen as SittingOpen
from client.protocol.messages.record import SittingPart as SittingPart
from client.protocol.messages.record import SittingProgress as SittingProgress
from client.protocol.messages.rooms import BlobOpen as BlobOpen
from client.protocol.messages.rooms import CharterPublish as CharterPublish
from client.protocol.messages.rooms import ChatPost as ChatPost
from client.protocol.messages.rooms import GrantPublish as GrantPublish
from client.protocol.messages.rooms import HoldingTell as HoldingTell
from client.protocol.messages.rooms import KnockAnswer as KnockAnswer
from client.protocol.messages.rooms import KnockSend as KnockSend
from client.protocol.messages.rooms import MediationAdjourn as MediationAdjourn
from client.protocol.messages.rooms import MediationClose as MediationClose
from client.protocol.messages.rooms import NoteSend as NoteSend
from client.protocol.messages.rooms import RingAnswer as RingAnswer
from client.protocol.messages.rooms import RingEnd as RingEnd
from client.protocol.messages.rooms import RoomHold as RoomHold
from client.protocol.messages.rooms import RoomLeave as RoomLeave
from client.protocol.messages.rooms import RoomRing as RoomRing
from client.protocol.messages.rooms import SeatPut as SeatPut
from client.protocol.messages.rooms import SheetsPublish as SheetsPublish
from client.protocol.messages.rooms import UploadBegin as UploadBegin
from client.protocol.messages.shapes import MAX_FRAME as MAX_FRAME
from client.protocol.messages.shapes import SUBPROTOCOL as SUBPROTOCOL
from client.protocol.messages.shapes import VERSION as VERSION
from client.protocol.messages.shapes import Blob64 as Blob64
from client.protocol.messages.shapes import Box as Box
from client.protocol.messages.shapes import Command as Command
from client.protocol.messages.shapes import Down as Down
from client.protocol.messages.shapes import Hash as Hash
from client.protocol.messages.shapes import Id as Id
from client.protocol.messages.shapes import Jws as Jws
from client.protocol.messages.shapes import Key as Key
from client.protocol.messages.shapes import Kind as Kind
from client.protocol.messages.shapes import Sdp as Sdp
from client.protocol.messages.shapes import Up as Up
from client.protocol.messages.shown import ActView as ActView
from client.protocol.messages.shown import ChatLine as ChatLine
from client.protocol.messages.shown import Door as Door
from client.protocol.messages.shown import Entry as Entry
from client.protocol.messages.shown import Failure as Failure
from client.protocol.messages.shown import Floor as Floor
from client.protocol.messages.shown import FloorRing as FloorRing
from client.protocol.messages.shown import FloorRoom as FloorRoom
from client.protocol.messages.shown import HolderView as HolderView
from client.protocol.messages.shown import HoldView as HoldView
from client.protocol.messages.shown import KeptItem as KeptItem
from client.protocol.messages.shown import PaperView as PaperView
from client.protocol.messages.shown import Present as Present
from client.protocol.messages.shown import RequestView as RequestView
from client.protocol.messages.shown import Result as Result
from client.protocol.messages.shown import RingView as RingView
from client.protocol.messages.shown import RoomView as RoomView
from client.protocol.messages.shown import Welcome as Welcome

AnyHappening = (
    RoomChanged
    | RoomSilent
    | RingChanged
    | PresenceChanged
    | GrantPublished
    | ChatPosted
    | HoldingTold
    | NoteArrived
    | DoorAnswered
    | MediatorSeen
    | FloorChanged
    | MediaOffered
    | MediaQuality
    | DevicesChanged
    | CharterChanged
    | RecordChanged
    | MediationEnded
    | Moved
)


class Event(Down, frozen=True, kw_only=True, tag="event"):
    """Something happened that this viewer may know; `seq` is the viewer's own number, without gaps."""

    seq: int
    at: int
    event: AnyHappening


AnyCommand = (
    VaultGet
    | VaultPut
    | MediationCreate
    | MediationList
    | PolicyRead
    | CharterPublish
    | SeatPut
    | KnockSend
    | KnockAnswer
    | SheetsPublish
    | RoomRing
    | RingAnswer
    | RingEnd
    | GrantPublish
    | RoomHold
    | NoteSend
    | ChatPost
    | HoldingTell
    | UploadBegin
    | BlobOpen
    | RoomLeave
    | MediationAdjourn
    | MediationClose
    | MediaReady
    | MediaAnswer
    | MediaRestart
    | MediaPrefer
    | HolderRegister
    | ItemKeep
    | DisclosureRequest
    | DisclosureConsent
    | SittingOpen
    | SittingFeed
    | SittingDecide
    | SittingLook
    | SittingPart
    | SittingProgress
    | SittingFinish
    | DisclosureCollect
    | OfficeAdmit
    | PaperEnter
    | ActAsk
    | SecondGive
    | DisclosureStanding
)
AnyUp = Authenticate | Enrol | Beat | AnyCommand
AnyDown = Challenge | Goodbye | Pulse | Welcome | Result | Failure | Event
