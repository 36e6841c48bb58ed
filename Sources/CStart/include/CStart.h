#ifndef REELPRESS_CSTART_H
#define REELPRESS_CSTART_H

// Nothing is called: CStart.c runs before main.

#endif
