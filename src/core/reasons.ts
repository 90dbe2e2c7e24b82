import type { Label } from './labels.js';

/** Why a model score counts, in words that a reader of the site could be shown. No blame: the text says it, not the author. */
export const MODEL_REASONS: Readonly<Record<Label, string>> = {
  incitement: 'Reads as calling for, wishing or celebrating violence against people.',
  dehumanisation: 'Speaks of people as less than human.',
  hate: 'Attacks people for who they are.',
  threat: 'Reads as announcing or wishing harm to somebody.',
  insult: 'Demeans a person.',
  identity_attack: 'Speaks of an identity in a demeaning way.',
  profanity: 'Swears, or is obscene.',
  toxicity: 'Is of a kind that makes readers leave a discussion.',
  severe_toxicity: 'Is of a kind that makes most readers leave a discussion at once.',
  spam: 'Reads as an advertisement, or as written for a link.',
  off_topic: 'Does not seem to be about this article or the comment it answers.',
};

export const UNSCORABLE_REASONS = {
  'language-unsupported': 'The comment is in a language that the model does not know.',
  empty: 'Nothing is left of the comment once decoration is taken away.',
} as const;

export const MODEL_UNAVAILABLE = 'The model could not be asked; only the rules were.';

export const RULE_BROKEN = 'A rule could not be evaluated on this comment.';

/** Why a policy has a person look, where neither model nor rules doubt. */
export const POLICY_REASONS = {
  asked: 'The site’s policy has a person look at this comment.',
  sensitive: 'A person looks at every comment on this article.',
  closed: 'Comments on this article are closed; a person looks at what still comes, such as a new text of an old one.',
  'new-author': 'A person looks at the first comments of a new author.',
  'author-unknown': 'It is not known whether the author is new here.',
  suspended: 'The model would reject this comment by itself, but how often it is then right is not known well enough.',
  deadline: 'The model did not answer in time; only the rules were asked.',
  overload: 'More comments wait than can be weighed in time; only the rules were asked.',
} as const;
