"""Addresses of the pages of chains."""

from django.urls import path

from guatu.chains.pages.chain import chain_page
from guatu.chains.pages.chains import chains_page
from guatu.chains.pages.compare import compare_page
from guatu.chains.pages.draft import discard_draft, draft_node_page, draft_page, edit_draft, publish_draft
from guatu.chains.pages.editions import (
    edition_file,
    editions_page,
    map_anew,
    new_chain,
    open_draft,
    publish_again,
    upload_draft,
)
from guatu.chains.pages.exporting import chain_export
from guatu.chains.pages.judging import judge
from guatu.chains.pages.node import enterprises_page, node_page
from guatu.chains.pages.proposals import proposals_page

app_name = "chains"
urlpatterns = [
    path("chains/", chains_page, name="chains"),
    path("chains/new/upload/", new_chain, name="new_chain"),
    path("chains/map/run/", map_anew, name="map_anew"),
    path("chains/<slug:code>/", chain_page, name="chain"),
    path("chains/<slug:code>/editions/", editions_page, name="editions"),
    path("chains/<slug:code>/editions/open/", open_draft, name="open_draft"),
    path("chains/<slug:code>/editions/again/", publish_again, name="publish_again"),
    path("chains/<slug:code>/editions/upload/", upload_draft, name="upload_draft"),
    path("chains/<slug:code>/editions/file/<slug:which>/", edition_file, name="edition_file"),
    path("chains/<slug:code>/draft/", draft_page, name="draft"),
    path("chains/<slug:code>/draft/edit/", edit_draft, name="edit_draft"),
    path("chains/<slug:code>/draft/publish/", publish_draft, name="publish_draft"),
    path("chains/<slug:code>/draft/discard/", discard_draft, name="discard_draft"),
    path("chains/<slug:code>/draft/proposals/", proposals_page, name="proposals"),
    path("chains/<slug:code>/draft/nodes/<slug:node>/", draft_node_page, name="draft_node"),
    path("chains/<slug:code>/compare/", compare_page, name="compare"),
    path("chains/<slug:code>/export/<str:kind>/", chain_export, name="export"),
    path("chains/<slug:code>/nodes/<slug:node>/", node_page, name="node"),
    path("chains/<slug:code>/nodes/<slug:node>/enterprises/", enterprises_page, name="enterprises"),
    path("chains/<slug:code>/nodes/<slug:node>/judge/", judge, name="judge"),
]
