"""How a business scope 经营范围 is read: `docs/chain-mapping.md`.

plain       the form in which words are looked for, and the way back
vocabulary  the terms, and where they stand
words       the words a scope is read by
clearing    what states nothing
tokens      marks and verbs
segments    what each verb governs
reading     the findings

The same for whole columns of texts, with nothing worked out twice:

items       the pieces between 、 and ，, and the shapes of what stands in them
rulings     what governs in a row of shapes
many        texts one by one, for several vocabularies
runs        the words of items between their goods, lexed once each (lexing)
known       what is known of the items met so far
parting     where nothing governs across (parts: the same for columns; reaching: where a verb does reach over ；)
columns     a column in, the findings as columns out
"""

from guatu.chains.rules.scopes.reading import Finding, Reader, read_scope, roles
from guatu.chains.rules.scopes.vocabulary import Hit, Vocabulary

__all__ = ["Finding", "Hit", "Reader", "Vocabulary", "read_scope", "roles"]
