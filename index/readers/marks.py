"""Lines that say themselves that they are furniture of a page: by their words, in the languages that are met most."""

from __future__ import annotations

import re

_MAX_MARK = 160
_MAX_LAW = 600
_EDGES = " :.!#>»›▶►|→←[]"
_BULLETS = "*•·–—-"


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(patterns) + ")", re.IGNORECASE)


_THINGS = r"(?:links?|content|articles?|stor(?:y|ies)|news|posts?|coverage|videos?|headlines?|reads?)"
_RELATED = _whole(
    rf"(?:related|recommended|suggested|similar|popular|trending|latest|more"
    rf"|top)\s{_THINGS}(?:\s(?:from|on|in|for|about|by|you)\s.{{1,30}}|\sfor you)?",
    r"most (?:read|popular|viewed|shared|recent|commented)(?: (?:articles|stories|news|today|this week))?",
    r"(?:you (?:may|might) (?:also )?(?:like|enjoy|be interested in)|(?:people )?also (?:read|like))",
    r"(?:read|watch|up|what to read) next|don[’']t miss|in case you missed it|(?:from )?around the web",
    r"(?:recommended|trending)(?: (?:for you|now|today))?|more (?:from|like) .{1,40}"
    r"|sponsored (?:content|links)|editor[’']?s[’']? (?:picks?|choice)",
    r"(?:ähnliche|weitere|verwandte) (?:artikel|beiträge|themen|nachrichten)|mehr zum thema"
    r"|das könnte (?:sie|dich) auch interessieren",
    r"(?:à lire aussi|sur le même (?:sujet|thème)|articles? (?:liés|similaires))|(?:noticias"
    r"|artículos) relacionad[oa]s|te puede interesar",
)
_COMMENTS = _whole(
    r"(?:leave|post|add|write) (?:a |your )?(?:reply|comment)s?"
    r"|(?:\d{1,6} )?comments?(?: \(\d{1,6}\))?|no comments(?: yet)?",
    r"(?:join|start) the (?:conversation|discussion)|view (?:all )?(?:\d{1,6} )?comments|log in to (?:reply|comment)",
    r"(?:tags|filed under|posted in)\s?:\s?.{1,120}",
    r"(?:previous|next|older|newer) (?:article|post|story|page|entr(?:y|ies)|posts)(?:\s?[:»→-]?\s.{1,100})?",
)
_NEWSLETTER = _whole(
    r"(?:subscribe|sign up|sign-up|register|join|get)\b(?:(?![.!?]\s).){0,80}\b(?:newsletters?"
    r"|mailing list|inbox|e-?mail (?:alerts|updates))\b.{0,60}",
    r"(?:subscribe|sign up)(?: (?:now|today|here|for free|free|to our (?:channel|feed)))?"
    r"|our newsletters?|newsletter(?: sign-?up)?",
    r"(?:enter )?your e-?mail(?: address)?|thank you for (?:subscribing|signing up)"
    r"|you can unsubscribe (?:at any time|anytime).{0,40}",
    r"(?:jetzt )?(?:unseren )?newsletter (?:abonnieren|bestellen)|(?:inscrivez"
    r"|abonnez)-vous à (?:notre|la) (?:newsletter|lettre).{0,40}",
)
_NETWORK = (
    r"(?:facebook|twitter|x|linkedin|whatsapp|reddit|pinterest|telegram|instagram|e-?mail|print|flipboard|pocket"
    r"|messenger|copy link|link|rss|youtube|threads|bluesky|mastodon|tumblr|pin(?: it)?|tweet|share|save|bookmark"
    r"|like|comment)"
)
_SHARE = _whole(
    rf"(?:(?:share|tweet|pin|post|send|email|print|save|follow us)(?: (?:this|the|on|to|via"
    rf"|us))*(?: (?:article|story|post|page|news))?(?: (?:on|via|by|with"
    rf"|to))?[\s:,|/·•]*)(?:{_NETWORK}[\s,|/·•&]*(?:and )?)*",
    rf"{_NETWORK}(?:[\s,|/·•&]+{_NETWORK})+|copy link|(?:link )?copied!?|follow us.{{0,30}}|teilen"
    rf"|partager|compartir",
)
_ADS = _whole(
    r"advertise?ments?|advertising|sponsored|anzeige|publicité|publicidad|scroll to continue(?: reading)?|loading",
    r"(?:story|article) continues (?:below|after)(?: (?:the |this )?(?:advertisement|ad|video))?"
    r"|continue reading(?: below)?(?: the main story)?|read more|show more|view all|see all|load more",
)
_INLINE = _whole(rf"(?:read (?:more|also|next)|also read|related(?: {_THINGS})?|don[’']t miss)\s?:\s.{{5,150}}")
_MENU = _whole(
    r"skip to (?:main )?(?:content|navigation)|(?:toggle |main |open |close )?(?:menu|navigation"
    r"|search)|back to top|(?:log|sign) ?in|my account|close",
    r"(?:home|start(?:seite)?|accueil|inicio)(?:\s?[>›»/|→]\s?[^>›»/|→]{1,60}){1,6}|you are here.{0,80}",
    r"(?:about|contact) us(?:\s?[|·•/]\s?[\w &-]{2,30}){0,12}|(?:topics|categories)\s?:\s?.{1,120}",
)
_LEGAL = _whole(
    r"(?:©|copyright (?:©|\(c\)|by\b)).{0,200}|(?:\(c\)|copyright) ?(?:19|20)\d\d.{0,200}"
    r"|all rights reserved.{0,100}|(?:privacy|cookie) (?:policy"
    r"|statement|notice|settings|preferences)|terms (?:of (?:use|service)|(?:and|&) conditions)"
    r"|impressum|legal notice",
    r"(?:accept|reject|allow) (?:all(?: cookies)?|cookies)|manage (?:cookies|preferences|consent"
    r"|settings)|do not sell .{0,40}",
    r"(?:we|this (?:web)?site|our (?:web)?site)(?: and our partners)? uses? cookies\b.{0,400}"
    r"|by (?:using|continuing to (?:use|browse)) (?:this|our) (?:web)?sites?\b.{0,400}",
    r"this (?:article|story|post) (?:was )?(?:originally|first) (?:appeared|published) (?:on|in|at) .{1,60}",
)
_LAW_WORDS = re.compile(
    r"copyright|©|all rights reserved|privacy (?:policy|statement|notice)|cookies?\b|\bgdpr\b"
    r"|terms (?:of (?:use|service)|and conditions)"
    r"|may not be (?:published|reproduced|copied|broadcast|redistributed)|written (?:permission"
    r"|consent)|by using (?:our|this)|fair use|disclaimer|public domain",
    re.IGNORECASE,
)
_TEASER = re.compile(
    r"(?:\.\.\.|…|\[[….]{1,3}\]|\b)\s?(?:read (?:more|on|the full (?:story|article))|continue reading"
    r"|weiterlesen|lire la suite|leer más)\W*$",
    re.IGNORECASE,
)


def is_related(line: str) -> bool:
    """Whether a line is the heading of other articles."""
    return len(line) <= _MAX_MARK and _RELATED.fullmatch(line.strip(_EDGES + _BULLETS)) is not None


def is_strong(line: str) -> bool:
    """Whether a line by itself shows that an article is over: other articles, comments, newsletters, law."""
    if len(line) > _MAX_LAW:
        return False
    bare = line.strip(_EDGES + _BULLETS)
    return bool(_LEGAL.fullmatch(bare)) or _is_any((_RELATED, _COMMENTS, _NEWSLETTER), bare)


def is_weak(line: str) -> bool:
    """Whether it looks like a button, an advertisement, a menu; a lone one, or a list's item, may be something else."""
    return _is_any((_SHARE, _ADS, _INLINE, _MENU), line.strip(_EDGES))


def is_explained(line: str) -> bool:
    """Whether a paragraph behind an article is furniture: the beginning of another article, or law."""
    return bool(_TEASER.search(line[-60:])) or len({found.casefold() for found in _LAW_WORDS.findall(line)}) > 1


def _is_any(patterns: tuple[re.Pattern[str], ...], bare: str) -> bool:
    return 0 < len(bare) <= _MAX_MARK and any(pattern.fullmatch(bare) for pattern in patterns)
