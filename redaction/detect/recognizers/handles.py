"""E-mail addresses, web addresses, user names and payment handles, plain or spelled out (name at mail dot com)."""

from redaction.detect.rules import I, rule, table

_SERVICE = r"(?:insta(?:gram)?|ig|snap(?:chat)?|sc|tiktok|twitter|x|discord|telegram|signal|skype|facebook|fb|linkedin|venmo|cash\s?app|paypal|zelle|steam|xbox|psn|gamertag|twitch|youtube|reddit|whatsapp|wechat|line|kik|onlyfans|tinder|strava|ebay|etsy|airbnb|vinted|usuario|pseudo|user(?:\s?name)?|login|handle|screen\s?name|nickname)"  # fmt: skip

RULES = (
    rule("HANDLE", 0.6, r"\b(?:account|page|profile|channel|handle|username|cuenta|compte)\s+(?:called\s+|named\s+|is\s+)?(?P<x>(?=[\w.]*[a-z][\w.]*[._][a-z])[a-z][\w.]{3,30}\w)(?![\w@/])", I),
    rule("EMAIL", 0.99, r"(?<![\w.+@-])[\p{L}\d_%+'-]+(?:\.[\p{L}\d_%+'-]+)*@(?:[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?\.)+[\p{L}]{2,24}(?![\w@])"),
    rule("EMAIL", 0.8, r"\b[\w.+-]{2,40}\s?(?:\(at\)|\[at\]|\{at\}|<at>|\sat\s|\s?@\s?|\sarroba\s|\sarobase\s)\s?[\w-]{2,40}(?:\s?(?:\(dot\)|\[dot\]|\{dot\}|<dot>|\sdot\s|\spunto\s|\spoint\s|\s?\.\s?)\s?(?:com|org|net|edu|gov|co|uk|ie|au|ca|us|es|fr|de|in|ng|example|info|io|me|mail|invalid|test))+\b", I),
    rule("EMAIL", 0.7, r"(?<![\w.+@-])[\w.+-]{2,40}@[\w-]{2,40}(?![\w@.-])"),
    rule("URL", 0.9, r"\b(?:https?|ftp)://[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]", I),
    rule("URL", 0.8, r"\bwww\.[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]", I),
    rule("URL", 0.7, r"(?<![\w@./-])(?:[a-z0-9][a-z0-9-]{1,40}\.){1,3}(?:com|org|net|edu|gov|io|co\.uk|org\.uk|ie|com\.au|ca|es|fr|de|nl|info|biz|app|dev|example|ng|in|eu|us|me|tv)(?:/[^\s<>\"')\]]*[^\s<>\"')\].,;:!?])?(?![\w@-])", I),
    rule("HANDLE", 0.9, r"(?<![\w@./])@[\p{L}_][\p{L}\d_.]{1,30}[\p{L}\d_](?![\w@])"),
    rule("HANDLE", 0.8, r"(?<![\w/])(?:u|r)/[A-Za-z0-9_-]{3,25}\b"),
    rule("HANDLE", 0.85, r"(?<![\w$])\$[A-Za-z][A-Za-z0-9]{2,20}\b(?!\$)"),
    rule("HANDLE", 0.75, rf"\b{_SERVICE}\b(?:\s*(?:is|name|id|user(?:name)?|handle|account|:|=|\())+\s*@?(?P<x>(?=[\w.-]*[\d_.]|[a-z]+[A-Z])[\p{{L}}_][\w.-]{{2,30}}\w)", I),
    rule("HANDLE", 0.6, r"(?<![\w@/.])(?=\w*[A-Za-z])[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]*\d?[A-Za-z0-9]\b(?![\w@(=])"),
    rule("HANDLE", 0.7, r"\b\p{L}[\p{L}\d_.]{2,31}#\d{4}\b"),
    rule("IP", 0.9, r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]\d)"),
    rule("DEVICE", 0.9, r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b"),
)  # fmt: skip

RECOGNIZER = table("handles", "is an address or a user name on the internet", RULES)
