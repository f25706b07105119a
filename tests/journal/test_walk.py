"""The walk in plan order: whose a page is, and what is asked for again."""

from scraper.journal.walk import Marks, Walk
from scraper.models import Edge, State, Stored


class Pages:
    """A journal as a dict: parent → children. Every page is fetched, unless it is in `states`."""

    def __init__(self, edges, **states):
        self.edges = {
            parent: [child if isinstance(child, Edge) else edge(n, child) for n, child in enumerate(children)]
            for parent, children in edges.items()
        }
        self.states = {int(name[1:]): state for name, state in states.items()}
        self.asked = []

    def children(self, parent, after, count):
        return [edge for edge in self.edges.get(parent, ()) if edge.position > after][:count]

    def page(self, page_id):
        state = self.states.get(page_id, State.FETCHED)
        return Stored(page_id, f"http://a/{page_id}", "list", state, None, None, 0.0, None, (), (), (), (), 0)

    def ask_again(self, parent, edge):
        self.asked.append((parent, edge.child))
        self.states[edge.child] = State.PENDING


def edge(position, child, record=None, *, is_merged=False, is_other=False):
    return Edge(position, child, None if record is None else 0, record, is_merged, is_other)


def order(walk):
    return [page.id for page in iter(walk.next, None)]


def test_pages_come_in_plan_order_each_behind_its_parent_and_once():
    assert order(Walk(Pages({0: [5, 2, 9], 5: [7, 2], 7: [5], 2: [8]}))) == [5, 7, 2, 8, 9]


def test_a_chain_of_next_links_may_be_longer_than_the_stack_of_python():
    assert order(Walk(Pages({n: [n + 1] for n in range(20_000)}))) == list(range(1, 20_001))


def test_more_children_than_are_read_at_once_all_come():
    assert order(Walk(Pages({0: list(range(1, 1_001))}))) == list(range(1, 1_001))


def test_the_walk_stops_at_a_pending_page_and_goes_on_when_it_is_there():
    pages = Pages({0: [1, 2, 3]}, p2=State.PENDING)
    walk = Walk(pages)
    assert order(walk) == [1]
    pages.states.clear()
    assert order(walk) == [2, 3]


def test_start_pages_that_are_planned_later_are_found():
    pages = Pages({0: [1]})
    walk = Walk(pages)
    assert order(walk) == [1]
    pages.edges[0].append(edge(1, 2))
    assert order(walk) == [2]


def test_a_page_read_otherwise_than_its_first_edge_asks_for_is_asked_for_again_and_waited_for():
    pages = Pages({0: [1, 2], 1: [edge(0, 3, is_other=True)], 2: [3]})
    walk = Walk(pages)
    assert order(walk) == [1]
    assert pages.asked == [(1, 3)]
    pages.states.clear()
    pages.edges[1] = [edge(0, 3)]
    assert order(walk) == [3, 2]
    assert pages.asked == [(1, 3)]


def test_only_the_first_edge_decides_how_a_page_is_read():
    pages = Pages({0: [1, 2], 1: [3], 2: [edge(0, 3, is_other=True)]})
    assert order(Walk(pages)) == [1, 3, 2]
    assert pages.asked == []


def test_a_page_that_failed_is_not_asked_for_again():
    pages = Pages({0: [edge(0, 1, is_other=True), 2]}, p1=State.FAILED)
    assert order(Walk(pages)) == [1, 2]
    assert pages.asked == []


def test_merged_pages_stand_in_their_records_and_their_links_behind_them():
    pages = Pages({0: [1, 9], 1: [edge(0, 2, 0, is_merged=True), edge(1, 3)], 2: [4]})
    assert order(Walk(pages, frozenset({"list"}))) == [1, 4, 3, 9]


def test_a_page_waits_for_the_pages_that_join_it():
    pages = Pages({0: [1], 1: [edge(0, 2, 0, is_merged=True)]}, p2=State.PENDING)
    walk = Walk(pages, frozenset({"list"}))
    assert order(walk) == []
    pages.states.clear()
    assert order(walk) == [1]


def test_a_page_waits_for_the_pages_that_join_those_that_join_it():
    pages = Pages({0: [1, 9], 1: [edge(0, 2, 0, is_merged=True)], 2: [edge(0, 3, 0, is_merged=True)]}, p3=State.PENDING)
    walk = Walk(pages, frozenset({"list"}))
    assert order(walk) == []
    pages.states.clear()
    assert order(walk) == [1, 9]


def test_a_page_that_joins_one_that_joins_is_read_as_that_one_asks_for_it():
    inner = [edge(0, 3, 0, is_merged=True, is_other=True)]
    pages = Pages({0: [1], 1: [edge(0, 2, 0, is_merged=True)], 2: inner})
    walk = Walk(pages, frozenset({"list"}))
    assert order(walk) == []
    assert pages.asked == [(2, 3)]
    pages.states.clear()
    pages.edges[2] = [edge(0, 3, 0, is_merged=True)]
    assert order(walk) == [1]


def test_a_page_that_is_merged_and_stands_for_itself_does_both():
    pages = Pages({0: [1, 2], 1: [edge(0, 2, 0, is_merged=True)], 2: [3]})
    assert order(Walk(pages, frozenset({"list"}))) == [1, 3, 2]


def test_two_records_that_join_one_page_with_other_params_do_not_quarrel():
    both = [edge(0, 2, 0, is_merged=True), edge(1, 2, 1, is_merged=True, is_other=True)]
    pages = Pages({0: [1], 1: both})
    assert order(Walk(pages, frozenset({"list"}))) == [1]
    assert pages.asked == []


def test_links_of_a_record_that_is_left_out_are_not_walked():
    pages = Pages({0: [1, 5], 1: [edge(0, 2, 0), edge(1, 3, 1), edge(2, 4)]})
    walk = Walk(pages)
    seen = []
    while page := walk.next():
        seen.append(page.id)
        if page.id == 1:
            walk.leave_out(0, 1)
    assert seen == [1, 2, 4, 5]


def test_marks_remember_what_was_added():
    marks = Marks()
    assert [marks.add(n) for n in (7, 8, 7, 100_000)] == [True, True, False, True]
    assert [n in marks for n in (7, 8, 9, 100_000, 10**9)] == [True, True, False, True, False]
