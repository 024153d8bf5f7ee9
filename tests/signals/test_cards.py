from html.parser import HTMLParser

from stridenet.signals.cards import Card


class Text(HTMLParser):
    words = ""

    def handle_data(self, data: str) -> None:
        self.words += data + "|"


def test_names_from_files_are_text_and_not_markup() -> None:
    card = Card('a <b> & "c"', [("classes", '<script>alert(1)</script>\nstep 5"')])
    text = Text()
    text.feed(card.html())
    assert text.words == 'a <b> & "c"|classes|<script>alert(1)</script> step 5"|'
    assert "<script>" not in card.html()
    assert str(card).splitlines() == ['a <b> & "c"', '  classes  <script>alert(1)</script> step 5"']


def test_it_is_short_whatever_the_names() -> None:
    assert len(Card("Windows: 2", [("people", "x" * 100_000)]).html()) < 1500


def test_a_card_without_facts() -> None:
    assert str(Card("nothing", [])) == "nothing"
