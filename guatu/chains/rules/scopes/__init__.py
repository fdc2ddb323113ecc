"""How a business scope 经营范围 is read: `docs/chain-mapping.md`.

plain       the form in which words are looked for, and the way back
vocabulary  the terms, and where they stand
words       the words a scope is read by
clearing    what states nothing
tokens      marks and verbs
segments    what each verb governs
reading     the findings
"""

from guatu.chains.rules.scopes.reading import Finding, Reader, read_scope, roles
from guatu.chains.rules.scopes.vocabulary import Hit, Vocabulary

__all__ = ["Finding", "Hit", "Reader", "Vocabulary", "read_scope", "roles"]
