declare module 'natural/lib/natural/stemmers/porter_stemmer.js' {
  const stemmer: {
    /** Porter's stem of one English word in lower case. */
    stem(word: string): string;
  };
  export default stemmer;
}
