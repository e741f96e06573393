"""The store of destinations against a plain dictionary: any changes in any order leave the same in both."""

import tempfile
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from importer.sandbox.store import CampaignStore

NUMBERS = st.sampled_from("123456789")
STATUSES = st.sampled_from(["cancelled", "failed", "pending", "success"])
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.lists(NUMBERS, min_size=1, unique=True), STATUSES),
        st.tuples(st.just("put_all"), st.none(), STATUSES),
        st.tuples(st.just("remove"), NUMBERS, st.none()),
        st.tuples(st.just("remove_all"), st.none(), st.none()),
        st.tuples(st.just("call"), st.none(), st.sampled_from(["failed", "success"])),
        st.tuples(st.just("look"), st.none(), st.none()),
    ),
    max_size=30,
)


@given(changes=CHANGES, seed=st.integers(0, 9))
def test_any_changes(changes: list[tuple[str, object, object]], seed: int) -> None:
    """Statuses, both orders, who is called, and what the next server finds in the database are those of the model."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "sandbox.sqlite"
        store = CampaignStore(database)
        campaign = store.add_campaign({"name": "a"})
        model: dict[str, str] = {}
        for change in changes:
            apply(store, campaign, model, change, Random(seed))
            assert store.destinations.statuses(campaign) == model
            assert store.destinations.count(campaign) == len(model)
        check_orders(store, campaign, model)
        store.close()
        reopened = CampaignStore(database)
        assert reopened.destinations.statuses(campaign) == model
        check_orders(reopened, campaign, model)
        calls = 0
        while reopened.destinations.call(campaign, Random(seed), "failed"):
            calls += 1
        reopened.close()
    assert calls == sum(status == "pending" for status in model.values())


def apply(
    store: CampaignStore,
    campaign: int,
    model: dict[str, str],
    change: tuple[str, object, object],
    chance: Random,
) -> None:
    """Make one change in the store and in the model."""
    match change:
        case ("put", list(dnumbers), str(status)):
            store.destinations.put(campaign, dnumbers, status)
            model |= dict.fromkeys(dnumbers, status)
        case ("put_all", _, str(status)):
            assert store.destinations.put_all(campaign, status) == len(model)
            model |= dict.fromkeys(model, status)
        case ("remove", str(dnumber), _):
            assert store.destinations.remove(campaign, dnumber) is (model.pop(dnumber, None) is not None)
        case ("remove_all", _, _):
            assert store.destinations.remove(campaign) is bool(model)
            model.clear()
        case ("call", _, str(status)):
            pending = {dnumber for dnumber, before in model.items() if before == "pending"}
            assert store.destinations.call(campaign, chance, status) is bool(pending)
            if pending:
                event = store.history.all()[-1]
                assert (event.kind, event.status, event.dnumber in pending) == ("call", status, True)
                model[event.dnumber] = status
        case _:
            check_orders(store, campaign, model)


def check_orders(store: CampaignStore, campaign: int, model: dict[str, str]) -> None:
    """Compare both orders with those of the model."""
    assert store.destinations.ordered(campaign, "dnumber") == sorted(model)
    by_status = sorted(model, key=lambda dnumber: (model[dnumber], dnumber))
    assert store.destinations.ordered(campaign, "status") == by_status
