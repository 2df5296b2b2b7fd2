from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers.values import _HOLDS, Value, may_hold, value_asked

ASKED: list[tuple[Value | None, list[str]]] = [
    ("money", [
        "How much did the bridge cost?", "how much does the ferry charge for a car", "How expensive was the new mill?",
        "What is the price of a ticket?", "What was the annual budget of the harbour?", "How much is the keeper paid?",
        "And how much was spent on it?", "How much money was lost?",
        "What does a ticket cost?",
    ]),
    ("age", ["How old was the keeper when she retired?", "At what age did he leave school?", "What is her age?"]),
    ("birth", ["Where was the keeper born?", "In what town was she born?"]),
    ("mass", ["How heavy is the bell?", "How much does the bell weigh?", "What is the mass of the bell?"]),
    ("share", ["What percentage of the boats is insured?", "Which share of the vote did she win?"]),
    ("temperature", ["How cold does it get?", "At what temperature does it melt?"]),
    ("speed", ["How fast is the ferry?", "What is the top speed of the ferry?"]),
    ("long", ["How long is the tunnel?", "For how long was it closed?"]),
    ("length", ["How far is the island?", "What is the height of the tower?", "From what height did it fall?"]),
    ("year", ["In which year was the mill built?", "What year did it open?"]),
    ("time", ["When was the mill built?", "On what date did it open?", "In what century was it founded?",
              "When does the office open?"]),
    ("count", ["How many boats are there?", "How often does the ferry run?"]),
    ("amount", ["How much water does it hold?", "How big is the crew?", "How much energy is spent?"]),
    ("phone", ["What is the telephone number of the harbour office?"]),
    ("mail", ["What is the keeper's e-mail address?"]),
    ("web", ["What is the web address of the harbour?"]),
    (None, [
        "Who found out how heavy the bell is?", "Which engineer said how much it would cost?", "Why is the ferry slow?",
        "What makes the cost of living rise?", "Is it heavy?", "bridge cost", "Wie alt ist der Turm?", "Where is it?",
        "",
    ]),
]  # fmt: skip

HELD: dict[Value, tuple[list[str], list[str]]] = {
    "money": (
        ["It cost $3 million.", "They paid 1.2 million euros.", "185 crore rupees", "Rs. 185", "Entry is free."],
        ["It cost a great deal.", "It was built in 1912 by 300 men.", "It weighs 50 tonnes."],
    ),
    "age": (
        [
            "She was 54 years old.",
            "aged 54",
            "He was born in 1912.",
            "The rock is 4 billion years old.",
            "in her early forties",
        ],
        ["She worked there for 54 years.", "The alignment occurs once every 175 years.", "It was built in 1912."],
    ),
    "birth": (["She was born in Cork.", "Ada Hope (1912–1970) kept it."], ["The keeper lived in Cork."]),
    "mass": (
        ["It weighs 3.5 tonnes.", "a 12-kg bell", "about 200 pounds"],
        ["It is 3 m high.", "a heavy bell", "12 men"],
    ),
    "share": (["Some 40% are.", "half of them", "two thirds"], ["The boats are insured."]),
    "temperature": (["It falls to -30 °C.", "at 300 K", "almost absolute zero"], ["It is very cold in winter."]),
    "speed": (["It makes 20 knots.", "300 km/h", "Mach 2"], ["It is the fastest ferry.", "It was built in 1912."]),
    "long": (["It took three weeks.", "2 km", "until the war", "from 1912 to 1920"], ["It is a railway tunnel."]),
    "length": (["It is 300 metres high.", "two miles", "a 6.2-inch lens", "12 ft"], ["It is a high tower.", "in 1912"]),
    "year": (["It opened in 1912.", "in the 1850s", "the following year"], ["It opened in May.", "a grey building"]),
    "time": (["It opened in May.", "in the 19th century", "after the flood", "1912"], ["It is a grey building."]),
    "count": (
        ["There are twelve.", "300 boats", "No boats are left.", "It runs daily."],
        ["There are boats in the harbour."],
    ),
    "amount": (["It holds 300 litres.", "half of it"], ["It holds rain water."]),
    "phone": (["Call +44 (0)20 7946 0000."], ["Call the office of 1912."]),
    "mail": (["Write to keeper@example.org."], ["Write to the keeper."]),
    "web": (["See https://example.org.", "example.org/harbour"], ["See the harbour's pages."]),
}


UNITS: list[tuple[Value, list[str], list[str]]] = [
    ("money", ["3 million kroner", "twenty-five pounds", "three million dollars", "CHF 300", "40 zł", "500 kr", "90 €",
               "1.4bn pounds", "12 million SEK", "₪ 40"], ["40 people paid.", "three million visitors"]),
    ("age", ["said Poul Erik Thomsen, 68, a farmer", "Joaquim Reis, 91, who kept it", "Joaquim Reis (91) kept it.",
             "in his 60s", "She died in Cork at 84.", "At seventy-one, he went.", "He turned 90.", "a nonagenarian"],
     ["In March, 20 people came.", "On May 12, 1912, it sank.", "at 12 knots", "The boat, 20 m long, sank.",
      "see Fig. 3, 4 and 5"]),
    ("mass", ["70 kilos", "5 μg", "two hundredweight", "3.1 solar masses", "40 Mt of ore", "125 GeV"],
     ["40 MW", "3 Hz"]),
    ("temperature", ["minus twenty degrees", "40 Celsius", "20 mK", "90 ℉", "two million degrees"],
     ["40 cm", "a degree"]),
    ("speed", ["100 Mbit/s", "3 gigahertz", "2.4 GHz", "60 megabytes a second", "12 nautical miles an hour",
               "3 cm a year", "70 beats per minute"], ["40 men", "5 kWh"]),
    ("long", ["212 pages long", "a fortnight", "a three-month stay", "ten working days", "two millennia", "40 yrs",
              "three pages", "30 secs"], ["a page", "pages of it", "212 sailors"]),
    ("length", ["40 nautical miles", "3.2 AU", "12 megaparsecs", "40 light years", "15 hands", "6'2", "300 sq km",
                "It is a two-hour drive.", "40 minutes by train"], ["40 kg", "two hours of talk", "a drive"]),
    ("time", ["on 5 Sept", "Oct. 12", "at 8 o'clock", "5.12.21", "at dawn"], ["a map of 12 marks", "5.12 MB"]),
    ("year", ["two years later"], ["a year of rain"]),
    ("count", ["a handful", "It meets fortnightly."], ["It meets."]),
    ("share", ["40 per cent", "a sixth", "a minority"], ["The boats are insured by men."]),
    ("amount", ["5 kWh", "2 mSv", "12 MW"], ["megawatts"]),
]  # fmt: skip


@pytest.mark.parametrize(("value", "question"), [(value, question) for value, asked in ASKED for question in asked])
def test_the_value_that_a_question_asks_for(value: Value | None, question: str) -> None:
    assert value_asked(question) == value


@pytest.mark.parametrize("value", _HOLDS)
def test_texts_with_and_without_a_value(value: Value) -> None:
    having, lacking = HELD[value]
    assert [text for text in having if not may_hold(value, text)] == []
    assert [text for text in lacking if may_hold(value, text)] == []


@pytest.mark.parametrize(("value", "having", "lacking"), UNITS)
def test_units_in_full_and_short(value: Value, having: list[str], lacking: list[str]) -> None:
    assert [text for text in having if not may_hold(value, text)] == []
    assert [text for text in lacking if may_hold(value, text)] == []


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    value_asked(text)
    for value in _HOLDS:
        may_hold(value, text)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "1,",
        "- ",
        "one ",
        "1 million ",
        "1912 ",
        "how much ",
        "what is the ",
        "a.",
        "Hope, ",
        "at ten-",
        "Ab",
        "1.1.",
        "5'",
    ],
)
def test_long_texts_take_no_long_time(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    started = time.process_time()
    value_asked(text[:2000])
    for value in _HOLDS:
        may_hold(value, text + "#")
    assert time.process_time() - started < 1
