# Flags shared by the C parts. A part's Makefile includes this file and adds only what is its own.
ifeq ($(origin CC),default)
CC := gcc
endif
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
CFLAGS ?= -O2 -g0
BASE_CFLAGS := -std=c11 -D_GNU_SOURCE -fstack-protector-strong $(WARNINGS)
SANITIZE_CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
