"""The site itself: is it well, who am I, its master forms, and how much waits in the queue."""

from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from pipeline.core.forms import Field, MasterForm
from pipeline.errors import NotThere
from pipeline.http import models
from pipeline.http.pace import Pace
from pipeline.http.who import Caller, needs
from pipeline.queue import QueueQuery, look_queue
from pipeline.site import Site
from pipeline.site_forms import form_of, forms_of
from pipeline.tokens import Scope, may_hold
from pipeline.who_waits import who_waits

Word = Annotated[str, Path(max_length=200)]


def site_routes(site: Site, pace: Pace) -> APIRouter:
    """The routes about the site."""
    routes = APIRouter(tags=["site"])
    by = Annotated[Caller, Depends(needs(site, pace, Scope.RECORDS))]
    by_anybody = Annotated[Caller, Depends(needs(site, pace, None))]

    @routes.get("/health")
    def health() -> models.Health:
        """Whether the site answers; open to whatever watches over the machine."""
        return models.Health(status="ok", version=version("recordroom"))

    @routes.get("/me")
    def me(caller: by_anybody) -> models.Me:
        """Whoever asks, with what the token opens; good to try a token with."""
        person, token, allowed = caller.person, caller.token, may_hold(caller.person)
        return models.Me(
            user=person.user,
            name=person.name,
            role=person.role.value,
            scopes=[one for one in allowed if token is None or one in token.scopes],
            expires_at=token.expires_at if token else None,
        )

    @routes.get("/forms", dependencies=[Depends(needs(site, pace, Scope.RECORDS))])
    def forms() -> list[models.FormInList]:
        """The master forms that the site has taken in."""
        return [models.FormInList(**_form(one)) for one in forms_of(site)]

    @routes.get("/forms/{form}/versions/{version}")
    def one_form(form: Word, version: Word, caller: by) -> models.Form:
        """One version of a master form, with all its fields."""
        found = form_of(site, form, version)
        if found is None:
            raise NotThere(f"there is no form {form} version {version}", "look at the list")
        return models.Form(**_form(found), form_fields=[_field(one) for one in found.fields])

    @routes.get("/queue")
    def queue(caller: by) -> models.Queue:
        """How many scans and records stand where on the way, and what waits for whom."""
        page = look_queue(site, QueueQuery(size=1))
        waits = [
            models.Waits(
                step=one.step.value,
                role=one.role.value if one.role else None,
                user=one.user,
                count=one.count,
                since=one.since,
            )
            for one in who_waits(site)
        ]
        return models.Queue(counts=page.counts, waits=waits)

    return routes


def _form(form: MasterForm) -> dict[str, object]:
    return {
        "form": form.form,
        "version": form.version,
        "title": form.title,
        "pages": len(form.pages),
        "fields": len(form.fields),
        "effective": form.effective,
        "superseded": form.superseded,
    }


def _field(field: Field) -> models.FormField:
    return models.FormField(
        name=field.name,
        label=field.label,
        type=field.type,
        page=field.page,
        step=field.step,
        unit=field.unit,
        low=None if field.low is None else float(field.low),
        high=None if field.high is None else float(field.high),
        decimals=field.decimals,
        format=field.format,
        required=field.required,
        means=field.means.value if field.means else None,
        box=[field.box.x, field.box.y, field.box.width, field.box.height],
    )
