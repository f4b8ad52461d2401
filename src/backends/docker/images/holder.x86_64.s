# The program of the containers that Symphony adds on an x86-64 engine. `holder-code.ts` contains its instructions:
#   as holder.x86_64.s -o holder.o && objcopy -O binary -j .text holder.o holder.bin
#
#   holder         waits until it is killed
#   holder -       waits until its stdin ends
#   holder PORT    relays stdin and stdout to 127.0.0.1:PORT. Exit code 1: no connection, 2: the connection was lost
#
# A relay is two processes, so that neither direction waits for the other. After the end of stdin, a silence of a
# minute ends it.

        .set    SYS_read, 0
        .set    SYS_write, 1
        .set    SYS_close, 3
        .set    SYS_poll, 7
        .set    SYS_pipe, 22
        .set    SYS_pause, 34
        .set    SYS_socket, 41
        .set    SYS_connect, 42
        .set    SYS_sendto, 44
        .set    SYS_shutdown, 48
        .set    SYS_fork, 57
        .set    SYS_exit, 60
        .set    SYS_wait4, 61
        .set    SYS_kill, 62
        .set    BUFFER, 65536
        .set    MSG_NOSIGNAL, 0x4000

        .text
        .globl  _start
_start:
        cmpq    $1, (%rsp)
        jle     hold
        mov     16(%rsp), %rsi
        sub     $BUFFER, %rsp
        cmpb    $'-', (%rsi)
        jne     relay

until_end:
        xor     %edi, %edi
        call    read
        jg      until_end
        xor     %edi, %edi
        jmp     exit

hold:
        mov     $SYS_pause, %eax
        syscall
        jmp     hold

relay:
        xor     %ebx, %ebx
parse:
        movzbl  (%rsi), %eax
        test    %eax, %eax
        jz      connect
        imul    $10, %ebx, %ebx
        lea     -48(%rbx,%rax), %ebx
        inc     %rsi
        jmp     parse

connect:
        xchg    %bl, %bh                # the byte order of the network
        mov     $SYS_socket, %eax
        mov     $2, %edi                # AF_INET
        mov     $1, %esi                # SOCK_STREAM
        xor     %edx, %edx
        syscall
        mov     %eax, %r12d             # r12: the socket
        shl     $16, %ebx
        or      $2, %ebx
        mov     %ebx, (%rsp)
        movl    $0x0100007f, 4(%rsp)
        movq    $0, 8(%rsp)
        mov     $SYS_connect, %eax
        mov     %r12d, %edi
        mov     %rsp, %rsi
        mov     $16, %edx
        syscall
        mov     $1, %edi
        test    %eax, %eax
        js      exit

        mov     $SYS_pipe, %eax         # its end tells the parent that stdin has ended
        mov     %rsp, %rdi
        syscall
        mov     (%rsp), %r13d
        mov     4(%rsp), %r14d
        mov     $SYS_fork, %eax
        syscall
        mov     $1, %edi
        test    %eax, %eax
        js      exit
        jz      send
        mov     %eax, %ebx              # rbx: the child

# The parent: from the socket to stdout.
        mov     %r14d, %edi
        call    close
        xor     %edi, %edi
        call    close
        sub     $16, %rsp               # two of struct pollfd
        mov     %r12d, (%rsp)
        movl    $1, 4(%rsp)             # POLLIN
        mov     %r13d, 8(%rsp)
        movl    $1, 12(%rsp)
        mov     $2, %r14d               # r14: how many of them are polled
        mov     $-1, %r15d              # r15: milliseconds
receive:
        mov     $SYS_poll, %eax
        mov     %rsp, %rdi
        mov     %r14d, %esi
        mov     %r15d, %edx
        syscall
        xor     %r13d, %r13d            # r13: the exit code
        test    %eax, %eax
        jz      finish
        cmpw    $0, 6(%rsp)
        jne     pass
        mov     $1, %r14d
        mov     $60000, %r15d
        jmp     receive
pass:
        mov     %r12d, %edi
        add     $16, %rsp
        call    read
        lea     -16(%rsp), %rsp
        jz      finish
        js      lost
        lea     16(%rsp), %rsi
        mov     %eax, %ebp              # rbp: the bytes that are left
pass_rest:
        mov     $SYS_write, %eax
        mov     $1, %edi
        mov     %ebp, %edx
        syscall
        test    %eax, %eax
        jle     lost
        add     %rax, %rsi
        sub     %eax, %ebp
        jnz     pass_rest
        jmp     receive
lost:
        mov     $2, %r13d
finish:
        mov     $SYS_kill, %eax
        mov     %ebx, %edi
        mov     $9, %esi
        syscall
        mov     $SYS_wait4, %eax
        mov     %ebx, %edi
        xor     %esi, %esi
        xor     %edx, %edx
        xor     %r10d, %r10d
        syscall
        mov     %r13d, %edi
        jmp     exit

# The child: from stdin to the socket.
send:
        mov     %r13d, %edi
        call    close
        mov     $1, %edi
        call    close
        mov     $2, %edi
        call    close
send_next:
        xor     %edi, %edi
        call    read
        jle     sent
        mov     %rsp, %rsi
        mov     %eax, %ebp
send_rest:
        mov     $SYS_sendto, %eax
        mov     %r12d, %edi
        mov     %ebp, %edx
        mov     $MSG_NOSIGNAL, %r10d
        xor     %r8d, %r8d
        xor     %r9d, %r9d
        syscall
        test    %eax, %eax
        jle     sent
        add     %rax, %rsi
        sub     %eax, %ebp
        jnz     send_rest
        jmp     send_next
sent:
        mov     $SYS_shutdown, %eax
        mov     %r12d, %edi
        mov     $1, %esi                # SHUT_WR
        syscall
        xor     %edi, %edi

exit:
        mov     $SYS_exit, %eax
        syscall

# Reads from edi into the buffer at the caller's rsp. Returns eax, with the flags of a comparison with 0.
read:
        xor     %eax, %eax
        lea     8(%rsp), %rsi
        mov     $BUFFER, %edx
        syscall
        test    %eax, %eax
        ret

# Closes edi.
close:
        mov     $SYS_close, %eax
        syscall
        ret
