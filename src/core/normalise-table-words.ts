// Words of our own writing that the readings of hidden spelling need beside the vocabulary.

const list = (words: string): readonly string[] => words.trim().split(/\s+/);

/**
 * Words that people hide, longest forms included: what a digit, a star or a dot inside a word is most often there to cover.
 * Listed by how often a star stands in them, because the first that fits is taken.
 */
export const HIDDEN_WORDS: readonly string[] = list(`
  fuck fucking fucked fucker fuckers fucks fuckin fuckwit motherfucker motherfuckers motherfucking
  shit shits shitty shitting bullshit shithole shitholes dipshit shithead
  ass asses asshole assholes arse arsehole arseholes dumbass jackass
  bitch bitches bitching bastard bastards damn damned
  cunt cunts cock cocks cocksucker cocksuckers dick dicks dickhead dickheads prick pricks pussy pussies
  twat twats wank wanker wankers bollocks crap crappy piss pissed
  whore whores slut sluts slutty hoe hoes tits boobs porn rape raped rapes rapist rapists raping sex
  nigger niggers nigga niggas nigs faggot faggots fag fags dyke dykes tranny trannies
  retard retards retarded spastic mongoloid
  kike kikes spic spics wetback wetbacks chink chinks gook gooks paki pakis wog wogs coon coons
  raghead ragheads towelhead towelheads beaner beaners gypsy gypsies gyppo jap japs
  jew jews jewish muslim muslims islam islamic moslem moslems arab arabs nazi nazis hitler holocaust
  immigrant immigrants migrant migrants refugee refugees black blacks white whites gay gays lesbian lesbians
  hate hated hates hater haters hating kill kills killed killer killing kills murder murders murdered murderer
  die dies dead death suicide bomb bombs bombing shoot shooting gas gassed lynch lynched hang hanged burn rot
  idiot idiots idiotic stupid moron morons moronic scum scumbag scumbags vermin rats parasite parasites
  cockroach cockroaches maggot maggots subhuman subhumans savage savages
  deport deported deports deporting deportation exterminate exterminated extermination terrorist terrorists pedo pedos pedophile pedophiles
  casino viagra cialis bitcoin crypto whatsapp telegram
`);

/**
 * The coarse ones among them: only these are read out of a mask (`f**k`) or put together from parts (`f-uck`), because an
 * ordinary hyphenated word could be taken for any of the others.
 */
export const MASKED_WORDS: readonly string[] = list(`
  fuck fucking fucked fucker fuckers fucks fuckin motherfucker motherfuckers motherfucking
  shit shits shitty bullshit shithole shitholes shithead ass asshole assholes arse arsehole arseholes
  bitch bitches bastard bastards damn damned cunt cunts cock cocks cocksucker dick dicks dickhead prick pricks
  pussy pussies twat twats wanker wankers crap piss pissed whore whores slut sluts porn rape raped rapist rapists
  nigger niggers nigga niggas faggot faggots fag fags tranny trannies retard retards retarded kike kikes paki pakis
  jew jews muslim muslims islam nazi nazis hate kill killed killing murder die dead suicide bomb hang lynch sex
  hell idiot idiots moron morons scum
`);

/** Words of one to three letters; the vocabulary's own short entries are mostly abbreviations. */
export const SHORT_WORDS: readonly string[] = list(`
  a i am an as at be by do go he hi if in is it me my no of on or so to up us we
  the and you are not all our out get got has had his him her she who why how now new man men mad sad bad big lie lot
  let say see saw set too two one old own off top tax ban war gun god dog pig rat ape bug cop bot kid boy son day way
  any can for but did its may per put ran run sit six ten use was win yes yet try few far end eat due cut car bus buy
  ask arm art age ago air add act aid job law led leg low met oil pay red sea sky
  ass die sex jew gay fag hoe cum tit wog abo bum gas rot hit hot fat ill sin evil
`);

/**
 * More words of three letters, for where it is known already that a word is meant (letters drawn out, a writer who writes in
 * figures): as readings of anything else they would be found by chance.
 */
export const MORE_SHORT_WORDS: readonly string[] = list(`
  ain bag bar bay bed bet bin bit bow box bra bro bud cab cap cat ceo cow cry cue cup dad dna don dot dry duh ear egg
  ego elf era etc eye fan fed fee fit fix fly foe fog fox fry fun fur gap gut guy gym ham hat hey hid hip hop hug huh
  hut ice icy imo ink isn jam jar jaw jet joy key kin lab lad lap lid lip lit log lol map mat mid mix mob mod mom
  mop mud mug mum nah nap net nil nod non nor nut oak oar odd omg pan paw pea pen pet pie pin pit pop pot pro pub rap
  raw rid rip rob row rub rug sat sew shy sip sis ski sob spy sub sue sum sun tag tan tap tea tie tin tip toe ton toy
  tub ugh url usa van vet via vow wax web wet wig wit won wow wtf yay yep zoo
`);

/** Words and names that are drawn out themselves, but the shorter word is meant (`theeee`, `moooore`). */
export const SELDOM_DRAWN_OUT: readonly string[] = list(`
  thee haas moore brooke cooke boone booth coop woolf
`);

/** Names and foreign words that are one coarse word with a letter doubled: a place, a surname, a brewery, German for `had`. */
export const DOUBLED_NAMES: readonly string[] = list(`
  twatt twatts crapp aass hatte
`);

/** Names that figures are part of, and that would be words with letters in their place. */
export const NAMES_WITH_FIGURES: readonly string[] = list(`
  g4s
`);

/** What a figure is read as when it is said aloud. */
export const SPOKEN_FIGURES: Readonly<Record<string, string>> = {
  h8: 'hate',
  h8r: 'hater',
  h8rs: 'haters',
  h8er: 'hater',
  h8ers: 'haters',
  h8s: 'hates',
  h8ing: 'hating',
  h8ed: 'hated',
  m8: 'mate',
  m8s: 'mates',
  gr8: 'great',
  l8r: 'later',
  w8: 'wait',
  str8: 'straight',
  '2nite': 'tonight',
  un2: 'unto',
  b4: 'before',
};
