"""An article, and pages that it was copied from with everything that stands around it."""

from __future__ import annotations

TITLE = "Lighthouse keepers return to the northern isles"
ONE = "Four keepers moved into the lighthouse of Hollen Isle this week, the first to live there since the year 1988."
TWO = "“The sea is no quieter than it was,” said Mara Lindqvist, who leads them, “but the boat comes twice a week.”"
THREE = (
    "They will count seabirds until October and repair the northern wall, which lost forty stones in the January storm."
)
QUOTED = "The ministry of ports answered:"
ARTICLE = [ONE, TWO, QUOTED, THREE]
BODY = "\n\n".join(ARTICLE)

PAGES = {
    "the headline twice, an agency's dateline, related news, law": (
        """\
Sea News
HARBOURS
{TITLE}
illustration only
{TITLE}
by Olga Brandt
Hollen, Norway (ABC) Mar 05, 2024

{BODY}

Related Links
Ports of the north

Subscribe to our free newsletter
Tweet

RELATED CONTENT
The following reports may lead you to other pages of this group.
HARBOURS
Ferries stop for a week
Hollen, Norway (ABC) Feb 01, 2024
The ferries between the isles are to stop for a week while their engines ... read more

HARBOURS
A pier of recycled glass

Whales near the coast

Old maps found in a well

All content is copyright 1999-2024 of the group. By using our pages you consent to cookies. Privacy policy here.
""",
        ("Olga Brandt", "2024-03-05"),
    ),
    "a blog with tags, comments and buttons": (
        """\
Skip to content
Menu
Home
About
{TITLE}
Posted on 5 March 2024
By Olga Brandt

{BODY}

Share this:
Twitter
Facebook
Tags: lighthouses, birds
3 Comments
Leave a reply
Your email address
""",
        ("Olga Brandt", "2024-03-05"),
    ),
    "a newspaper with bread crumbs and advertisements": (
        """\
Home > Regions > North
{TITLE}
March 5, 2024 14:05 GMT
{ONE}
Advertisement
{TWO}
{QUOTED}
Article continues below
{THREE}
Most read
A pier of recycled glass
Whales near the coast
© 2024 The Northern Post. All rights reserved.
""",
        (None, "2024-03-05"),
    ),
    "a list of headlines in the middle": (
        """\
{TITLE}

By Olga Brandt and Per Holm | 5 March 2024

{ONE}

Related stories
A pier of recycled glass
Whales near the coast

{TWO}

{QUOTED}

{THREE}

Sign up for our weekly newsletter
Enter your email address
""",
        ("Olga Brandt and Per Holm", "2024-03-05"),
    ),
    "a subject that stands in the head": (
        """\
Log in
Search
Science
{TITLE}
4 min read
Published: 2024-03-05

{BODY}

You may also like
Whales near the coast
Privacy policy
Terms of use
Cookie settings
""",
        (None, "2024-03-05"),
    ),
    "cookies first": (
        """\
We use cookies to make this page better for you. Read how.
Accept all cookies

{TITLE}

by Olga Brandt, Staff Writer

{BODY}
""",
        ("Olga Brandt", None),
    ),
    "a notice of copyright and nothing else": (
        """\
{TITLE}

{BODY}

Copyright 2024 The Northern Post
""",
        (None, None),
    ),
    "inline pointers": (
        """\
{TITLE}
Updated 5 March 2024

{ONE}

Read more: A pier of recycled glass

{TWO}

{QUOTED}

{THREE}

Read also: Whales near the coast

Subscribe to our newsletter for more
""",
        (None, "2024-03-05"),
    ),
    "buttons at the end": (
        """\
{TITLE}

{BODY}

Share on Facebook
Share on Twitter
Print
""",
        (None, None),
    ),
    "German": (
        """\
{TITLE}
Von Olga Brandt

{BODY}

Das könnte Sie auch interessieren
Wale vor der Küste
Newsletter abonnieren
Impressum
""",
        ("Olga Brandt", None),
    ),
    "previous and next": (
        """\
{TITLE}
Olga's notes from the north
5 March 2024

{BODY}

Filed under: Birds
Previous post: A pier of glass
Next post: Whales
""",
        (None, "2024-03-05"),
    ),
    "the company's line at the end": (
        """\
{TITLE}

{BODY}

This article was originally published on the Northern Post.
Recommended for you
Whales near the coast
""",
        (None, None),
    ),
    "teasers with their first words": (
        """\
{TITLE}
by Olga Brandt

{BODY}

Related articles
A pier of recycled glass
The harbour of Vik is to get a pier that is made of nothing but glass from bottles, and ... Continue reading
Whales near the coast
Fishermen of three villages have seen more whales this winter than in ten years ... Read more
""",
        ("Olga Brandt", None),
    ),
}
"""By what stands around the article: the page, to be filled with :data:`PARTS`, and the article's author and date."""
PARTS = {"BODY": BODY, "TITLE": TITLE, "ONE": ONE, "TWO": TWO, "THREE": THREE, "QUOTED": QUOTED}
