/** Rules as a moderator writes them, each of which takes its id for an insult. */
export const insult = (id: string) => `  - id: ${id}
    label: insult
    effect: review
    when: { phrases: [${id.replaceAll('-', ' ')}] }
    reason: It calls people scum.
    match: [What ${id.replaceAll('-', ' ')} they are.]
    ignore: [It was late.]
`;
export const listOf = (...rules: readonly string[]) => `about: Words of this newsroom.\nrules:\n${rules.join('')}`;
