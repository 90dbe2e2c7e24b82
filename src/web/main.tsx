import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { placeOf } from './place.js';
import { openDesk } from './review/desk.js';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(<App desk={openDesk(placeOf(location.search))} />);
