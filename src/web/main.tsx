import { createRoot } from 'react-dom/client';
import { App } from './pages.js';
import { placeOf } from './place.js';
import { openDesk } from './review/desk.js';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
const address = placeOf(location.search);
createRoot(root).render(<App desk={openDesk(address.page === 'queue' ? address.place : null)} />);
