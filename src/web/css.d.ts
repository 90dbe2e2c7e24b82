/** The bundler makes a file of each, which the page loads with the part that imports it. */
declare module '*.css';
