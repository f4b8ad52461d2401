// The program of the containers that Symphony adds on an arm64 engine. `holder-code.ts` contains its instructions:
//   as holder.aarch64.s -o holder.o && objcopy -O binary -j .text holder.o holder.bin
//
//   holder         waits until it is killed
//   holder -       waits until its stdin ends
//   holder PORT    relays stdin and stdout to 127.0.0.1:PORT. Exit code 1: no connection, 2: the connection was lost
//
// A relay is two processes, so that neither direction waits for the other. After the end of stdin, a silence of a
// minute ends it.

        .set    SYS_shutdown, 210
        .set    SYS_close, 57
        .set    SYS_pipe2, 59
        .set    SYS_read, 63
        .set    SYS_write, 64
        .set    SYS_ppoll, 73
        .set    SYS_exit, 93
        .set    SYS_kill, 129
        .set    SYS_socket, 198
        .set    SYS_connect, 203
        .set    SYS_sendto, 206
        .set    SYS_clone, 220
        .set    SYS_wait4, 260
        .set    BUFFER, 65536

        .text
        .globl  _start
_start:
        ldr     x0, [sp]
        cmp     x0, #1
        b.le    hold
        ldr     x1, [sp, #16]
        sub     sp, sp, #BUFFER
        ldrb    w0, [x1]
        cmp     w0, #'-'
        b.ne    relay

until_end:
        mov     x0, #0
        bl      read
        b.gt    until_end
        mov     x0, #0
        b       exit

hold:
        mov     x0, #0
        mov     x1, #0
        mov     x2, #0
        mov     x3, #0
        mov     x4, #0
        mov     x8, #SYS_ppoll
        svc     #0
        b       hold

relay:
        mov     w19, #0
        mov     w3, #10
parse:
        ldrb    w0, [x1], #1
        cbz     w0, connect
        sub     w0, w0, #48
        madd    w19, w19, w3, w0
        b       parse

connect:
        rev16   w19, w19                // the byte order of the network
        mov     x0, #2                  // AF_INET
        mov     x1, #1                  // SOCK_STREAM
        mov     x2, #0
        mov     x8, #SYS_socket
        svc     #0
        mov     w20, w0                 // w20: the socket
        mov     w1, #2
        orr     w1, w1, w19, lsl #16
        mov     w2, #0x7f
        movk    w2, #0x0100, lsl #16
        stp     w1, w2, [sp]
        str     xzr, [sp, #8]
        mov     w0, w20
        mov     x1, sp
        mov     x2, #16
        mov     x8, #SYS_connect
        svc     #0
        mov     x9, x0
        mov     x0, #1
        tbnz    x9, #63, exit

        mov     x0, sp                  // its end tells the parent that stdin has ended
        mov     x1, #0
        mov     x8, #SYS_pipe2
        svc     #0
        ldp     w21, w22, [sp]
        mov     x0, #17                 // SIGCHLD
        mov     x1, #0
        mov     x2, #0
        mov     x3, #0
        mov     x4, #0
        mov     x8, #SYS_clone
        svc     #0
        mov     x19, x0                 // x19: the child
        cbz     x19, send
        mov     x0, #1
        tbnz    x19, #63, exit

// The parent: from the socket to stdout.
        mov     w0, w22
        bl      close
        mov     w0, #0
        bl      close
        sub     sp, sp, #32             // two of struct pollfd, and a time
        mov     w1, #1                  // POLLIN
        stp     w20, w1, [sp]
        stp     w21, w1, [sp, #8]
        mov     x1, #60
        stp     x1, xzr, [sp, #16]
        mov     x22, #2                 // x22: how many of them are polled
        mov     x23, #0                 // x23: the time to wait; 0 for ever
receive:
        mov     x0, sp
        mov     x1, x22
        mov     x2, x23
        mov     x3, #0
        mov     x4, #0
        mov     x8, #SYS_ppoll
        svc     #0
        mov     x21, #0                 // x21: the exit code
        cbz     x0, finish
        ldrh    w0, [sp, #6]
        cbnz    w0, pass
        mov     x22, #1
        mov     x1, #60                 // the kernel may have written down what is left of it
        stp     x1, xzr, [sp, #16]
        add     x23, sp, #16
        b       receive
pass:
        mov     w0, w20
        add     sp, sp, #32
        bl      read
        sub     sp, sp, #32
        b.eq    finish
        b.mi    lost
        mov     x24, x0                 // x24: the bytes that are left
        add     x1, sp, #32
pass_rest:
        mov     x0, #1
        mov     x2, x24
        mov     x8, #SYS_write
        svc     #0
        cmp     x0, #0
        b.le    lost
        add     x1, x1, x0
        subs    x24, x24, x0
        b.ne    pass_rest
        mov     x1, #60
        stp     x1, xzr, [sp, #16]
        b       receive
lost:
        mov     x21, #2
finish:
        mov     x0, x19
        mov     x1, #9
        mov     x8, #SYS_kill
        svc     #0
        mov     x0, x19
        mov     x1, #0
        mov     x2, #0
        mov     x3, #0
        mov     x8, #SYS_wait4
        svc     #0
        mov     x0, x21
        b       exit

// The child: from stdin to the socket.
send:
        mov     w0, w21
        bl      close
        mov     w0, #1
        bl      close
        mov     w0, #2
        bl      close
send_next:
        mov     w0, #0
        bl      read
        b.le    sent
        mov     x24, x0
        mov     x1, sp
send_rest:
        mov     w0, w20
        mov     x2, x24
        mov     x3, #0x4000             // MSG_NOSIGNAL
        mov     x4, #0
        mov     x5, #0
        mov     x8, #SYS_sendto
        svc     #0
        cmp     x0, #0
        b.le    sent
        add     x1, x1, x0
        subs    x24, x24, x0
        b.ne    send_rest
        b       send_next
sent:
        mov     w0, w20
        mov     x1, #1                  // SHUT_WR
        mov     x8, #SYS_shutdown
        svc     #0
        mov     x0, #0

exit:
        mov     x8, #SYS_exit
        svc     #0

// Reads from w0 into the buffer at sp. Returns x0, with the flags of a comparison with 0.
read:
        mov     x1, sp
        mov     x2, #BUFFER
        mov     x8, #SYS_read
        svc     #0
        cmp     x0, #0
        ret

// Closes w0.
close:
        mov     x8, #SYS_close
        svc     #0
        ret
