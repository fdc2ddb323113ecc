"""Addresses of the pages of chains."""

from django.urls import path

from guatu.chains.pages.chain import chain_page
from guatu.chains.pages.chains import chains_page
from guatu.chains.pages.compare import compare_page
from guatu.chains.pages.exporting import chain_export
from guatu.chains.pages.judging import judge
from guatu.chains.pages.node import enterprises_page, node_page

app_name = "chains"
urlpatterns = [
    path("chains/", chains_page, name="chains"),
    path("chains/<slug:code>/", chain_page, name="chain"),
    path("chains/<slug:code>/compare/", compare_page, name="compare"),
    path("chains/<slug:code>/export/<str:kind>/", chain_export, name="export"),
    path("chains/<slug:code>/nodes/<slug:node>/", node_page, name="node"),
    path("chains/<slug:code>/nodes/<slug:node>/enterprises/", enterprises_page, name="enterprises"),
    path("chains/<slug:code>/nodes/<slug:node>/judge/", judge, name="judge"),
]
