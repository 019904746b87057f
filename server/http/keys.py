"""The names under which the application holds its parts."""

from aiohttp import web

from policies.load import Policy
from policies.shelf import Shelf
from server.config import Config
from server.disclosure.gate import Gate
from server.http.limits import Limits
from server.http.shell import Shell
from server.media.engine import MediaEngine
from server.runtime.clock import Clock
from server.runtime.house import House
from server.runtime.uploads import Passes

CONFIG = web.AppKey("config", Config)
CLOCK = web.AppKey("clock", Clock)
GATE = web.AppKey("gate", Gate)
HOUSE = web.AppKey("house", House)
PASSES = web.AppKey("passes", Passes)
POLICY = web.AppKey("policy", Policy)
RULES = web.AppKey("rules", Shelf)
SHELL = web.AppKey("shell", Shell)
LIMITS = web.AppKey("limits", Limits)
MEDIA: web.AppKey[MediaEngine] = web.AppKey("media", MediaEngine)
