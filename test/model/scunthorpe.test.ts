import { beforeAll, describe, expect, it, test } from 'vitest';
import { normalise } from '../../src/core/normalise.js';
import { EMOJI } from '../../src/core/normalise-table-emoji.js';
import { EMOJI_NAMES } from '../../src/core/normalise-table-emoji-names.js';
import { type CompiledRules, compileRules, findRuleHits } from '../../src/core/rules.js';
import { loadRuleLists } from '../../src/model/rule-lists.js';

/** Names and words that hold, sound like or are spelt like a coarse word or a slur, and are none. */
const HARMLESS: Readonly<Record<string, string>> = {
  places: `Scunthorpe, Penistone, Clitheroe, Lightwater, Essex, Sussex, Middlesex, Wessex, Cockermouth, Cockfosters, Cockburnspath,
    Hitchcock Lane, Shitterton, Sandy Balls, Bitchfield, Great Cockup, Pratts Bottom, Scratchy Bottom, Wetwang, Thong,
    Fingringhoe, Nether Wallop, Bell End, Assam, Assisi, Arsenalna, Kassel, Passau, Dickinson, Dyke Road, Devil's Dyke, Offa's Dyke,
    Spicewood, Rapeseed Lane, Nagasaki, Niger, Nigeria, Montenegro, the Rio Negro, Coonabarabran, Spa-Francorchamps,
    Cumbria, Cumberland, Cummingtown, Titicaca, Titisee, Tittensor, Pussac, Analândia, Wankendorf, Muff in Donegal, Balls Pond Road,
    Gaylord in Michigan, Homosassa, Lake Titicaca, Intercourse in Pennsylvania, Kotschach, Paarl, Japan, Jappeloup`,
  names: `Cockburn, Hancock, Babcock, Alcock, Woodcock, Hitchcock, Glasscock, Adcock, Peacock, Dickens, Dickson, Dickinson, Dick Cheney, Dick Turpin,
    Shittu, Matsushita, Takeshita, Yamashita, Fukuda, Fukuyama, Fuchs, Fückel, Focke, Kuntz, Kunz, Wanklyn, Wankel, Arsene Wenger, Arsenio,
    Cassandra, Cassidy, Lassiter, Bassett, Nasser, Hussein, Assange, Butts, Butterworth, Titmuss, Tittmann, Titus, Titian, Cummings, Cumbers,
    Pricket, Prickett, Slutsky, Slutzky, Rapinoe, Raper, Crapper, Crapo, Spicer, Nigel, Nigella, Gaye, Gayle, Homolka, Dick Van Dyke,
    Van Dyck, Fagan, Fagin, Faggin, Hooker, Hoare, Whorf, Pissarro, Bitcheno, Shatner, Shaw, Kiki, Kikegawa, Gookin, Beaney, Weiner, Wiener, Dong, Wang, Phuc, Phuoc`,
  medicine: `analgesic, analysis, analyst, anus, rectum, scrotum, penis, vagina, vulva, cunnilingus, sextuplets, bisexuality, homosexuality, transsexual, assay,
    passive smoking, mass index, embarrassment, cumulative dose, documents, circumcision, circumference, titration, titre, titanium hip,
    spasticity, spastic paralysis, mongolism, the growth was retarded, flame retardant, growth retardation, pap smear, prickly heat, pricking pain,
    buttock, buttocks, breast cancer, breast-feeding, nipple, coccyx, cockroach allergy, ejaculation, erection, climax, orgasm, testicles, uranus`,
  cooking: `cocktail, cock-a-leekie soup, coq au vin, spotted dick, faggots and peas, shiitake, shitake mushrooms, basmati, brassica, molasses, bass, sea bass,
    cassoulet, grass-fed, glasses, crackers and cheese, spick and span kitchen, nip of brandy, chinks of light in the oven door, kaffir lime leaves,
    cumin, cucumber, capers, grapes, rapeseed oil, scrape, drapes, crappie fillets, chicken breast, rump steak, tit-bits, titbit, butter, pissaladière,
    cuttlefish, pricked sausages, prick the potatoes, hot dog, devilled eggs, sausage, suet, jerky, pork butt`,
  nature: `blue tit, great tit, coal tits, marsh tit, titmouse, woodcock, peacock, cockatoo, cockatiel, cockchafer, cockle, moorcock, shag on the rocks, booby, boobies on Galapagos,
    a cock pheasant, the cock crows, black cock lek, bustard, great bustard, dikdik, ass and ox, wild ass, jenny, bitch and her pups, pussy willow, cat, raccoon, racoon, Maine coon, tycoon, cocoon,
    swallow, nuthatch, dogwood, wood lice, rat terrier, grasshopper, wasp, monkfish, cuckoo, night soil, thrush, chough, redshank, hoopoe`,
  everyday: `class, classic, classify, assassin, assassination, assess, assessment, assemble, assignment, assist, assume, assure, bypass, compass, trespass, embassy,
    ambassador, harass, harassment, passage, massage, message, cassette, lass, brass, crass, sassy, bass guitar, carcass, morass, potassium, canvass, document, cumbersome, accumulate, circumstance,
    succumb, scum line on the bath, title, entitled, constitution, institution, prostitution law, competition, repetition, appetite, stitch, shifty, shirt, sheet, ship it, shih tzu, pushit, mishit,
    dickens of a job, predict, dictionary, verdict, addict, contradict, cocky, cockpit, cockney, hancock tower, cockade, stopcock, weathercock, ballcock, shuttlecock, poppycock,
    basement, swank, swanky, twatter, wankel engine, sussex, unisex, sextant, sexton, sextet, therapist, the rapist trial, scraper, skyscraper, grape, trapeze, drape, hooked, whoreson in Shakespeare,
    snigger, sniggering, niggle, niggling, niggard, niggardly, denigrate, enigma, night, knight, raccoon, spice, despicable, conspicuous, auspicious, suspicion, inspiciency, spic and span,
    chinking glasses, a chink in the armour, nip in the bud, wet blanket, wetlands, homonym, homogeneous, homo sapiens, homoeopathy, gaiety, dyke broke, dike, flag, faggoting, fag end of the season,
    pissoir, Mississippi, missile, pistachio, hoedown, shoe, phoenix, hell, hello, shell, Michelle, damp, dam, crapulence, scrap, scrapped, skewed, screw, screwdriver, sucker punch, suckle, cracker`,
};

/** Emoji that mean what they name; the others may well be abuse, and are read in words of our own. */
const PLAIN_EMOJI = EMOJI_NAMES.split('|')
  .map((entry) => String.fromCodePoint(Number.parseInt(entry, 36)))
  .filter((emoji) => EMOJI[emoji] === undefined);

let compiled: CompiledRules;
beforeAll(async () => {
  compiled = compileRules((await loadRuleLists('models/rules')).lists);
});

it('No name of an emoji is a coarse word, a slur or a call to kill', () => {
  const wrong = PLAIN_EMOJI.flatMap((emoji) =>
    [emoji, `What a day ${emoji}`, `${emoji} They are ${emoji} people`].flatMap((text) =>
      findRuleHits(compiled, { text, normalised: normalise(text) })
        .hits.filter(({ label }) => label !== 'off_topic')
        .map(({ rule }) => [text, rule]),
    ),
  );
  expect(PLAIN_EMOJI.length).toBeGreaterThan(1000);
  expect(wrong).toEqual([]);
});

describe.for(Object.entries(HARMLESS))('In harmless %s', ([, written]) => {
  const words = written.split(',').map((word) => word.replaceAll(/\s+/g, ' ').trim());

  test.for(words)('%j is no coarse word and no slur', (word) => {
    for (const text of [`We read about ${word} in the paper today.`, word.toUpperCase(), `${word}, again!`]) {
      const { hits } = findRuleHits(compiled, { text, normalised: normalise(text) });
      const wrong = hits.filter(({ label }) => label !== 'off_topic' && label !== 'spam');
      expect(wrong.map(({ rule }) => rule)).toEqual([]);
    }
  });
});
